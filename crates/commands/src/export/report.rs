//! A plan as a page to read, print and keep: one file, without a script and without anything from elsewhere.

use std::fmt::{self, Write};

use usher_plan::{Action, Change, Failure, Member, Note, ObjectKind, Operation, Plan, Reason, Skip};

use crate::catalogue::words;
use crate::domain::visible_char;
use crate::dto::Message;
use crate::rows;

const STYLE: &str = include_str!("report.css");

/// Even a mistake of ours in escaping loads and runs nothing ("Content Security Policy Level 3", W3C).
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/// The sections of operations, in the order in which a reviewer wants them.
const SECTIONS: [(&str, &[Action]); 6] = [
    ("report-disable", &[Action::Disable]),
    ("report-delete", &[Action::Delete]),
    ("report-create", &[Action::Create]),
    ("report-update", &[Action::Update, Action::SetReferences]),
    ("report-members", &[Action::AddMembers, Action::RemoveMembers]),
    ("report-link", &[Action::Link]),
];

/// The plan as HTML. People who are in step are counted, not listed, as in the plan's text.
#[must_use]
pub fn plan_html(plan: &Plan) -> String {
    let mut page = String::new();
    write_page(&mut page, plan).expect("writing to a text cannot fail");
    page
}

fn write_page(page: &mut String, plan: &Plan) -> fmt::Result {
    let title = said(&Message::new("report-title").text("connection", &*plan.connection));
    write!(
        page,
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"{POLICY}\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n<title>{title}</title>\n\
         <style>\n{STYLE}</style>\n</head>\n<body>\n<main>\n<h1>{title}</h1>\n"
    )?;
    let made =
        Message::new("report-made").text("time", plan.made_at.to_string()).text("target", &*plan.target);
    writeln!(page, "<p>{}</p>", said(&made))?;
    writeln!(page, "<p class=\"soft\">{}</p>", said(&Message::new("report-note").text("plan", &*plan.hash)))?;
    if plan.practice {
        writeln!(page, "<p>{}</p>", said(&Message::new("report-practice")))?;
    }
    for guard in &plan.guards {
        let approval = if guard.approvable { "report-approvable" } else { "report-not-approvable" };
        let (guard, approval) = (said(&rows::guard(guard)), said(&Message::new(approval)));
        writeln!(page, "<div class=\"warn\"><p>{guard}</p><p>{approval}</p></div>")?;
    }
    counts(page, plan)?;
    for (id, actions) in SECTIONS {
        let chosen = plan.operations.iter().filter(|one| actions.contains(&one.action));
        let rows: Vec<Row> = chosen.map(Row::operation).collect();
        section(page, id, &rows)?;
    }
    section(page, "report-not-planned", &plan.failures.iter().map(Row::failure).collect::<Vec<_>>())?;
    let skipped = plan.skips.iter().filter(|skip| !rows::is_in_step(&skip.reason));
    section(page, "report-skipped", &skipped.map(Row::skip).collect::<Vec<_>>())?;
    section(page, "report-notes", &plan.notes.iter().map(Row::note).collect::<Vec<_>>())?;
    page.write_str("</main>\n</body>\n</html>\n")
}

fn counts(page: &mut String, plan: &Plan) -> fmt::Result {
    let counts = &plan.counts;
    let all = [
        ("report-disable", counts.disable),
        ("report-delete", counts.delete),
        ("report-create", counts.create),
        ("report-update", counts.update),
        ("report-link", counts.link),
        ("report-not-planned", counts.failed),
        ("report-skipped", counts.skip),
        ("report-in-step", counts.no_change),
    ];
    page.write_str("<dl>\n")?;
    for (id, count) in all {
        writeln!(page, "<div><dt>{}</dt><dd>{count}</dd></div>", said(&Message::new(id)))?;
    }
    page.write_str("</dl>\n")
}

/// One object of a section.
struct Row<'a> {
    kind: ObjectKind,
    name: &'a str,
    ids: [Option<&'a str>; 2],
    changes: &'a [Change],
    members: &'a [Member],
    removed: bool,
    reason: &'a Reason,
}

impl<'a> Row<'a> {
    fn plain(kind: ObjectKind, name: &'a str, source: Option<&'a str>, reason: &'a Reason) -> Self {
        Self { kind, name, ids: [source, None], changes: &[], members: &[], removed: false, reason }
    }

    fn operation(operation: &'a Operation) -> Self {
        let source = operation.source.as_ref().map(|id| id.as_str());
        Self {
            ids: [source, operation.target.as_ref().map(|id| id.as_str())],
            changes: &operation.changes,
            members: &operation.members,
            removed: operation.action == Action::RemoveMembers,
            ..Self::plain(operation.kind, &operation.display, source, &operation.reason)
        }
    }

    fn failure(failure: &'a Failure) -> Self {
        Self::plain(failure.kind, &failure.display, Some(failure.source.as_str()), &failure.reason)
    }

    fn skip(skip: &'a Skip) -> Self {
        Self::plain(skip.kind, &skip.display, Some(skip.source.as_str()), &skip.reason)
    }

    fn note(note: &'a Note) -> Self {
        let source = note.source.as_ref().map(|id| id.as_str());
        let ids = [source, note.target.as_ref().map(|id| id.as_str())];
        Self { ids, ..Self::plain(note.kind, "", source, &note.reason) }
    }
}

fn section(page: &mut String, id: &str, rows: &[Row<'_>]) -> fmt::Result {
    if rows.is_empty() {
        return Ok(());
    }
    let head = |id| said(&Message::new(id));
    let changes = rows.iter().any(|row| !row.changes.is_empty() || !row.members.is_empty());
    writeln!(page, "<section>\n<h2>{} ({})</h2>\n<table>", head(id), rows.len())?;
    write!(page, "<thead><tr><th scope=\"col\">{}</th>", head("report-who"))?;
    if changes {
        write!(page, "<th scope=\"col\">{}</th>", head("report-changes"))?;
    }
    writeln!(page, "<th scope=\"col\">{}</th></tr></thead>\n<tbody>", head("report-because"))?;
    for row in rows {
        write!(page, "<tr><th scope=\"row\"><bdi>{}</bdi>", escaped(row.name))?;
        for id in row.ids.into_iter().flatten() {
            write!(page, "<div class=\"id\">{}</div>", escaped(id))?;
        }
        page.write_str("</th>")?;
        if changes {
            page.write_str("<td><ul>")?;
            row.changes.iter().try_for_each(|change| write_change(page, change))?;
            row.members.iter().try_for_each(|member| {
                let tag = if row.removed { "del" } else { "ins" };
                write!(page, "<li><{tag}><bdi>{}</bdi></{tag}></li>", escaped(&member.display))
            })?;
            page.write_str("</ul></td>")?;
        }
        let because = said(&rows::reason_about(rows::kind(row.kind), row.reason));
        writeln!(page, "<td>{because} <span class=\"code\">{}</span></td></tr>", escaped(&row.reason.code))?;
    }
    page.write_str("</tbody>\n</table>\n</section>\n")
}

fn write_change(page: &mut String, change: &Change) -> fmt::Result {
    write!(page, "<li><span class=\"code\">{}</span> ", escaped(&change.attribute))?;
    if let Some(before) = &change.before {
        write!(page, "<del><bdi>{}</bdi></del> &rarr; ", escaped(&rows::text(before)))?;
    }
    write!(page, "<ins><bdi>{}</bdi></ins></li>", escaped(&rows::text(&change.after)))
}

fn said(message: &Message) -> String {
    escaped(&words(message))
}

/// A stranger's text: what has a meaning in HTML is escaped, what nobody can see is made visible.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match visible_char(c) {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
    out
}
