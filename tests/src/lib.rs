//! Shared parts of the end-to-end tests: processes that end with their test, a private keyring, the real window, a real
//! browser, the sandbox and the terminal. Nothing here touches the developer's own keyring, data folder or browser.

pub mod a11y;
pub mod browser;
pub mod bus;
pub mod keyboard;
pub mod layout;
pub mod mail;
pub mod peer;
pub mod person;
pub mod process;
pub mod sandbox;
pub mod terminal;
pub mod wait;
pub mod web_host;
pub mod window;
