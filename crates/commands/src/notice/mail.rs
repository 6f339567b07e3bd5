//! Mail through the administrator's own server: TLS always, but to this computer; a few seconds, then it is tried later.

use std::error::Error as _;
use std::io;
use std::time::Duration;

use lettre::message::header::{ContentType, Header, HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message as Mail};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls, TlsParameters};
use lettre::transport::smtp::{AsyncSmtpTransport, Error};
use lettre::{AsyncTransport as _, Tokio1Executor};
use usher_auth::Secret;
use usher_runner::config::{MailSecurity, Smtp};

use crate::dto::{CommandError, ErrorCode, Message};
use crate::problem::error;

/// For each step with the server. A cycle may be waiting, and the next one tries again.
const PATIENCE: Duration = Duration::from_secs(10);

/// What is sent.
pub(super) struct Letter {
    pub(super) to: Vec<String>,
    pub(super) subject: String,
    pub(super) body: String,
}

/// Keeps out-of-office programs from answering (RFC 3834 section 5).
#[derive(Clone)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

/// Sends a letter to each of its addresses by itself, so that one which is refused keeps nobody else from it; gives what the
/// server answered, and names whom it refused.
pub(super) async fn send(
    smtp: &Smtp,
    password: Option<&Secret>,
    letter: &Letter,
) -> Result<String, CommandError> {
    if smtp.security == MailSecurity::None && !smtp.is_loopback() {
        return Err(error(ErrorCode::Invalid, Message::new("error-mail-unprotected")));
    }
    let mails: Vec<(&String, Mail)> = letter
        .to
        .iter()
        .map(|to| Ok((to, written(smtp, letter, to)?)))
        .collect::<Result<_, CommandError>>()?;
    let transport = transport(smtp, password)?;
    let (mut taken, mut not_taken) = (None, Vec::new());
    for (to, mail) in mails {
        match transport.send(mail).await {
            Ok(response) => {
                let said: Vec<&str> = response.message().collect();
                taken = Some(format!("{} {}", response.code(), said.join(" ")));
            }
            // The address is refused and not the letter, the sender or the connection (RFC 5321 section 4.2.3).
            Err(problem) if problem.status().is_some_and(|code| matches!(u16::from(code), 550..=553)) => {
                not_taken.push((to, problem));
            }
            Err(problem) => return Err(refused(smtp, &problem)),
        }
    }
    match (taken, not_taken.as_slice()) {
        (None, [(_, problem), ..]) => Err(refused(smtp, problem)),
        (taken, refused) => {
            let refused = refused.iter().map(|(to, problem)| format!("; not to {to}: {}", answer(problem)));
            Ok(taken.unwrap_or_default() + &refused.collect::<String>())
        }
    }
}

fn written(smtp: &Smtp, letter: &Letter, to: &str) -> Result<Mail, CommandError> {
    let mailbox = |address: &str| {
        let parsed: Result<Mailbox, _> = address.parse();
        parsed.map_err(|_| {
            error(ErrorCode::Invalid, Message::new("error-mail-address").text("address", address))
        })
    };
    let mail = Mail::builder().from(mailbox(&smtp.from)?).to(mailbox(to)?).subject(letter.subject.as_str());
    let mail = mail.header(AutoSubmitted).header(ContentType::TEXT_PLAIN).body(letter.body.clone());
    mail.map_err(|problem| failed(smtp, &problem.to_string()))
}

fn transport(
    smtp: &Smtp,
    password: Option<&Secret>,
) -> Result<AsyncSmtpTransport<Tokio1Executor>, CommandError> {
    let name = smtp.server.trim_matches(['[', ']']);
    let parameters = || TlsParameters::new(name.to_owned()).map_err(|problem| refused(smtp, &problem));
    let tls = match smtp.security {
        MailSecurity::StartTls => Tls::Required(parameters()?),
        MailSecurity::Tls => Tls::Wrapper(parameters()?),
        MailSecurity::None => Tls::None,
    };
    let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(name)
        .port(smtp.port)
        .tls(tls)
        .timeout(Some(PATIENCE));
    if !smtp.user.is_empty() {
        let no_password = || error(ErrorCode::SignIn, Message::new("error-mail-no-password"));
        let password = password.ok_or_else(no_password)?;
        builder = builder.credentials(Credentials::new(smtp.user.clone(), password.expose().to_owned()));
    }
    Ok(builder.build())
}

/// Why it did not go, in words that tell the five usual reasons apart.
fn refused(smtp: &Smtp, problem: &Error) -> CommandError {
    if let Some(status) = problem.status() {
        let code = u16::from(status);
        let answer = format!("{code} {}", answer(problem));
        // 530, 534, 535 and 538 are about signing in (RFC 4954 section 6).
        return if matches!(code, 530 | 534 | 535 | 538) {
            error(ErrorCode::SignIn, Message::new("error-mail-login").text("server", &*smtp.server))
                .hint(Message::new("error-mail-login-remedy"))
                .detail("answer", answer)
        } else {
            error(ErrorCode::Remote, Message::new("error-mail-refused").text("server", &*smtp.server))
                .hint(Message::new("error-mail-refused-remedy"))
                .detail("answer", answer)
        };
    }
    if let Some(rustls::Error::InvalidCertificate(why)) = causes(problem).find_map(tls) {
        return error(ErrorCode::Remote, Message::new("error-mail-untrusted").text("server", &*smtp.server))
            .hint(Message::new("error-mail-untrusted-remedy"))
            .detail("certificate", format!("{why:?}"));
    }
    if problem.is_client() {
        // The only thing that our side asks for and a server may not have: STARTTLS, or a way to sign in.
        return error(ErrorCode::Remote, Message::new("error-mail-unfit").text("server", &*smtp.server))
            .hint(Message::new("error-mail-unfit-remedy"))
            .detail("cause", answer(problem));
    }
    if problem.is_timeout() || causes(problem).any(|cause| cause.is::<io::Error>()) {
        let place = format!("{}:{}", smtp.server, smtp.port);
        return error(ErrorCode::Unreachable, Message::new("error-mail-unreachable").text("server", place))
            .hint(Message::new("error-mail-unreachable-remedy"))
            .retryable()
            .detail("cause", answer(problem));
    }
    failed(smtp, &answer(problem))
}

fn failed(smtp: &Smtp, cause: &str) -> CommandError {
    error(ErrorCode::Remote, Message::new("error-mail-failed").text("server", &*smtp.server))
        .retryable()
        .detail("cause", cause)
}

/// What is behind it, without the library's own words around it.
fn answer(problem: &Error) -> String {
    causes(problem).last().map_or_else(|| problem.to_string(), ToString::to_string)
}

/// Everything behind a failure, outermost first.
fn causes<'e>(problem: &'e Error) -> impl Iterator<Item = &'e (dyn std::error::Error + 'static)> {
    std::iter::successors(problem.source(), |cause: &&(dyn std::error::Error + 'static)| (*cause).source())
}

/// TLS comes back as an error of reading or writing, with its own error inside.
fn tls<'e>(cause: &'e (dyn std::error::Error + 'static)) -> Option<&'e rustls::Error> {
    let inside = cause.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
    cause.downcast_ref().or_else(|| inside?.downcast_ref())
}
