//! Notices: one for each change of a connection's state, on the desktop and by mail through the administrator's server.
//!
//! What was told, and what is still to be sent, stands in the connection's memory: neither a restart nor a second process
//! sends it again. Mail that could not be sent is tried again after the next cycle; it never fails one.

mod desktop;
mod mail;
mod sentences;

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use usher_engine::cycle as life;
use usher_engine::notice::{self as pure, Notice, Told};
use usher_engine::quiet::Quiet;
use usher_runner::config::{Connection, Smtp};
use usher_runner::state;
use usher_store::StoreError;

use crate::access;
use crate::app::App;
use crate::catalogue::words;
use crate::dto::{
    CommandError, ConnectionRef, ErrorCode, LastMail, MailTest, Message, Notices, StoreMailPassword,
    ToldNotice,
};
use crate::loaded::{Loaded, load};
use crate::problem::{error, given_reference};
use mail::Letter;

/// The fact of the connection's memory.
const NOTICES: &str = "notices";

/// More than so many letters that could not be sent are no help to anybody: the oldest go.
const MOST: usize = 50;

/// What was told longer ago is in the log.
const REMEMBERED: usize = 20;

/// Whoever took a letter and did not come back has died with it.
const TAKEN_FOR: SignedDuration = SignedDuration::from_mins(5);

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
struct Kept {
    told: Told,
    /// What was told, newest first.
    spoken: Vec<Spoken>,
    /// Still to be sent, oldest first.
    letters: Vec<Waiting>,
    /// The number of the next letter.
    next: u64,
    /// How the last try ended.
    last: Option<LastMail>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Spoken {
    at: Timestamp,
    notice: Notice,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Waiting {
    number: u64,
    at: Timestamp,
    notice: Notice,
    /// Since when a process is at it.
    #[serde(default)]
    taken: Option<Timestamp>,
}

/// After a cycle.
pub(crate) async fn after(app: &App, id: &str) {
    tell(app, id, pure::after).await;
}

/// Before a cycle that is due.
pub(crate) async fn late(app: &App, id: &str, interval: SignedDuration, quiet: Option<Quiet>) {
    let now = app.now();
    let find = move |told: &mut Told, memory: &life::Memory| {
        pure::late(told, memory, interval, quiet.as_ref(), now).into_iter().collect()
    };
    tell(app, id, find).await;
}

/// While a cycle runs for too long.
pub(crate) async fn silent(app: &App, id: &str, since: Timestamp, interval: SignedDuration) {
    let now = app.now();
    tell(app, id, move |told, _| pure::silent(told, since, interval, now).into_iter().collect()).await;
}

/// Finds out what is new, shows it and sends it. Nothing here fails a cycle: it is told where people look.
async fn tell(
    app: &App,
    id: &str,
    find: impl FnOnce(&mut Told, &life::Memory) -> Vec<Notice> + Send + 'static,
) {
    if let Err(problem) = try_to_tell(app, id, find).await {
        tracing::warn!(connection = id, code = ?problem.code, "notices could not be dealt with");
    }
}

async fn try_to_tell(
    app: &App,
    id: &str,
    find: impl FnOnce(&mut Told, &life::Memory) -> Vec<Notice> + Send + 'static,
) -> Result<(), CommandError> {
    let loaded = load(app, id).await?;
    let connection = loaded.live_connection(app)?.unwrap_or_else(|| loaded.connection.clone());
    let (now, by_mail) = (app.now(), server(&connection).is_some());
    let found = loaded
        .memory
        .with(move |store| {
            let memory: life::Memory = store.state(state::LIFE)?.unwrap_or_default();
            store.update_state(NOTICES, |kept: &mut Kept| {
                let found = find(&mut kept.told, &memory);
                for notice in &found {
                    kept.spoken.insert(0, Spoken { at: now, notice: notice.clone() });
                }
                kept.spoken.truncate(REMEMBERED);
                if by_mail {
                    found.iter().for_each(|notice| kept.add(now, notice.clone()));
                } else {
                    // Nobody is to be written to any more.
                    kept.letters.clear();
                }
                found
            })
        })
        .await?;
    if app.desktop {
        for notice in &found {
            let title = format!("Usher: {}", sentences::name(&connection.name));
            desktop::show(title, words(&sentences::what(notice))).await;
        }
    }
    deliver(app, &loaded, &connection).await
}

impl Kept {
    fn add(&mut self, at: Timestamp, notice: Notice) {
        self.letters.push(Waiting { number: self.next, at, notice, taken: None });
        self.next += 1;
        let surplus = self.letters.len().saturating_sub(MOST);
        self.letters.drain(..surplus);
    }
}

/// The mail server, where somebody wants to be written to.
fn server(connection: &Connection) -> Option<&Smtp> {
    let notice = &connection.notice;
    notice.smtp.as_ref().filter(|_| notice.on_failure && !notice.email.is_empty())
}

/// Sends what waits, oldest first, until something is in the way.
async fn deliver(app: &App, loaded: &Loaded, connection: &Connection) -> Result<(), CommandError> {
    let Some(smtp) = server(connection) else { return Ok(()) };
    loop {
        // Not the practice world's clock: a process that has died is dead in ours.
        let now = Timestamp::now();
        let take = move |kept: &mut Kept| {
            let is_free = |one: &Waiting| one.taken.is_none_or(|since| now.duration_since(since) > TAKEN_FOR);
            let first = kept.letters.iter_mut().find(|one| is_free(one))?;
            first.taken = Some(now);
            Some(first.clone())
        };
        let taken = loaded.memory.with(move |store| store.update_state(NOTICES, take)).await?;
        let Some(letter) = taken else { return Ok(()) };
        let sent = send(app, connection, smtp, &written(app, connection, &letter)).await;
        let (number, at, is_sent) = (letter.number, app.now(), sent.is_ok());
        let last = LastMail::of(at, &sent);
        let note = move |kept: &mut Kept| {
            kept.last = Some(last);
            if is_sent {
                kept.letters.retain(|one| one.number != number);
            } else if let Some(back) = kept.letters.iter_mut().find(|one| one.number == number) {
                back.taken = None;
            }
        };
        loaded.memory.with(move |store| store.update_state(NOTICES, note)).await?;
        if let Err(problem) = sent {
            tracing::warn!(connection = %loaded.id, code = ?problem.code, "a notice could not be sent");
            return Ok(());
        }
    }
}

async fn send(
    app: &App,
    connection: &Connection,
    smtp: &Smtp,
    letter: &Letter,
) -> Result<String, CommandError> {
    if connection.practice && !smtp.is_loopback() {
        return Err(error(ErrorCode::Practice, Message::new("error-mail-practice")));
    }
    let password = match smtp.user.as_str() {
        "" => None,
        _ => access::mail_password(app, &connection.id, smtp).await?,
    };
    mail::send(smtp, password.as_ref(), letter).await
}

fn written(app: &App, connection: &Connection, letter: &Waiting) -> Letter {
    let what = words(&sentences::what(&letter.notice));
    let next = words(&sentences::next(&letter.notice));
    compose(app, connection, letter.at, &what, &next)
}

fn compose(app: &App, connection: &Connection, at: Timestamp, what: &str, next: &str) -> Letter {
    let name = sentences::name(&connection.name);
    let subject = if connection.practice {
        Message::new("mail-subject-practice").text("connection", name.clone()).text("what", what)
    } else {
        Message::new("mail-subject").text("connection", name.clone()).text("what", what)
    };
    let about = Message::new("mail-about")
        .text("connection", name)
        .text("id", &*connection.id)
        .text("time", at.to_string())
        .text("computer", app.holder().host);
    Letter {
        to: connection.notice.email.clone(),
        subject: words(&subject),
        body: [what, next, &words(&about), &words(&Message::new("mail-why"))].join("\r\n\r\n") + "\r\n",
    }
}

/// Whom the draft tells, through which server, and how that went.
pub async fn notices(app: &Arc<App>, request: ConnectionRef) -> Result<Notices, CommandError> {
    let loaded = load(app, &request.id).await?;
    let kept = loaded.memory.with(|store| store.state::<Kept>(NOTICES)).await?.unwrap_or_default();
    let notice = &loaded.connection.notice;
    let password_stored = match &notice.smtp {
        // A keyring that cannot be read has its own state in the window.
        Some(smtp) => matches!(access::mail_password(app, loaded.id.as_str(), smtp).await, Ok(Some(_))),
        None => false,
    };
    Ok(Notices {
        to: notice.email.clone(),
        on_failure: notice.on_failure,
        server: notice.smtp.as_ref().map(|smtp| format!("{}:{}", smtp.server, smtp.port)),
        password_stored,
        told: kept.spoken.iter().map(said).collect(),
        waiting: kept.letters.iter().map(|letter| sentences::what(&letter.notice)).collect(),
        last: kept.last,
    })
}

/// What a look from outside shows of the notices of a connection.
pub(crate) struct Outside {
    /// The last one.
    pub(crate) last: Option<ToldNotice>,
    /// How many could not be sent by mail yet.
    pub(crate) unsent: u32,
    /// Why not.
    pub(crate) because: Option<Message>,
}

pub(crate) async fn outside(loaded: &Loaded) -> Result<Outside, StoreError> {
    let kept = loaded.memory.with(|store| store.state::<Kept>(NOTICES)).await?.unwrap_or_default();
    let unsent = u32::try_from(kept.letters.len()).unwrap_or(u32::MAX);
    Ok(Outside {
        last: kept.spoken.first().map(said),
        unsent,
        because: kept.last.filter(|_| unsent > 0).and_then(|last| last.problem),
    })
}

fn said(spoken: &Spoken) -> ToldNotice {
    ToldNotice { at: spoken.at.to_string(), message: sentences::what(&spoken.notice) }
}

/// Sends a mail now, as the draft says, and gives what the server answered.
pub async fn mail_test(app: &Arc<App>, request: ConnectionRef) -> Result<MailTest, CommandError> {
    let loaded = load(app, &request.id).await?;
    let connection = &loaded.connection;
    let invalid = |id: &str| error(ErrorCode::Invalid, Message::new(id));
    let smtp = connection.notice.smtp.as_ref().ok_or_else(|| invalid("error-mail-no-server"))?;
    if connection.notice.email.is_empty() {
        return Err(invalid("error-mail-nobody"));
    }
    let [what, next] = ["mail-test", "mail-test-remedy"].map(|id| words(&Message::new(id)));
    let answer = send(app, connection, smtp, &compose(app, connection, app.now(), &what, &next)).await?;
    Ok(MailTest { to: connection.notice.email.clone(), answer })
}

/// Stores the password of the draft's mail server in the vault.
pub async fn mail_password_store(
    app: &Arc<App>,
    request: StoreMailPassword,
) -> Result<Notices, CommandError> {
    store_password(app, &request.id, request.password.into_secret()).await?;
    notices(app, ConnectionRef { id: request.id }).await
}

/// Stores the password that a reference names. For the terminal, where the person chose the reference.
pub async fn store_password_reference(app: &App, id: &str, reference: &str) -> Result<(), CommandError> {
    let parsed: usher_auth::SecretReference = reference.parse().map_err(given_reference)?;
    store_password(app, id, parsed.resolve().map_err(given_reference)?).await
}

async fn store_password(app: &App, id: &str, password: usher_auth::Secret) -> Result<(), CommandError> {
    let loaded = load(app, id).await?;
    let no_server = || error(ErrorCode::Invalid, Message::new("error-mail-no-server"));
    let smtp = loaded.connection.notice.smtp.as_ref().ok_or_else(no_server)?;
    access::store_mail_password(app, id, smtp, password).await
}

impl LastMail {
    fn of(at: Timestamp, sent: &Result<String, CommandError>) -> Self {
        Self {
            at: at.to_string(),
            answer: sent.as_ref().ok().cloned(),
            problem: sent.as_ref().err().map(|problem| problem.message.clone()),
        }
    }
}
