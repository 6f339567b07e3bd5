//! Lines for the journal: gathered, appended in one transaction at a time, and waited for where they must be durable.

use super::unit::{Next, Stage};
use super::{BATCH, Effect, Machine};
use crate::{End, State};

impl Machine {
    /// Appends a line for the unit; `waits` when the unit may not go on before the line is durable.
    pub(super) fn record(&mut self, index: usize, state: State, waits: bool) {
        let unit = &mut self.units[index];
        let record = unit.record(&self.operations[unit.op], state);
        self.pending.push_back((record, waits.then_some(index)));
    }

    pub(super) fn flush(&mut self, effects: &mut Vec<Effect>) {
        if self.outstanding.is_some() || self.pending.is_empty() || self.journal_broken {
            return;
        }
        let count = self.pending.len().min(BATCH);
        let mut waiting = Vec::new();
        let mut records = Vec::with_capacity(count);
        for (record, waits) in self.pending.drain(..count) {
            records.push(record);
            waiting.extend(waits);
        }
        self.batch += 1;
        self.outstanding = Some((self.batch, waiting));
        effects.push(Effect::Journal { batch: self.batch, records });
    }

    pub(super) fn durable(&mut self, batch: u64) {
        let Some((expected, waiting)) = self.outstanding.take() else { return };
        if expected != batch {
            self.outstanding = Some((expected, waiting));
            return;
        }
        for index in waiting {
            if self.units[index].stage == Stage::Intending {
                self.units[index].stage = Stage::Ready(Next::Send);
                self.ready.push_back(index);
            }
        }
    }

    pub(super) fn journal_failed(&mut self, detail: String) {
        self.journal_broken = true;
        self.outstanding = None;
        self.pending.clear();
        self.stop(End::Stopped { why: crate::StopReason::JournalFailed, detail });
    }

    /// Sends nothing more; what is in flight is finished. The first reason counts.
    pub(super) fn stop(&mut self, end: End) {
        if self.halt.is_some() {
            return;
        }
        self.halt = Some(end);
        // Intents that have not reached the journal were never sent: they need not be looked up after a restart.
        let units = &mut self.units;
        self.pending.retain(|(_, waits)| match waits {
            Some(index) if units[*index].stage == Stage::Intending => {
                units[*index].stage = Stage::Waiting;
                units[*index].journaled = None;
                false
            }
            _ => true,
        });
    }
}
