//! `cargo xtask`: everything a newcomer, a maintainer and CI do with this repository, one command each.

mod bench;
mod checks;
mod licences;
mod peers;
mod run;
mod step;
mod system;
mod test;
mod tidy;
mod ui;

use anyhow::{Result, bail};

const HELP: &str = "\
cargo xtask COMMAND

  run       sets everything up and opens Usher's window on the practice world;
            with no display it runs `usher demo` instead
  test      sets everything up and runs every check and every test
  setup     only sets up: system packages, UI packages, test peers
  codegen   writes the TypeScript bindings and the window's permissions from the bridge table
  tidy      checks the architecture's arrows, file sizes, module docs and machine paths
  licences  checks the licence of every dependency
  bench     `bench expression`, `plan`, `apply` or `cycle` measures; docs/benchmarks.md says what was found
  e2e       builds and runs only the end-to-end tests; the rest of the line filters them
";

fn main() {
    if let Err(error) = dispatch() {
        eprintln!("\nerror: {error:#}");
        std::process::exit(1);
    }
}

fn dispatch() -> Result<()> {
    let mut args = std::env::args().skip(1);
    let command = args.next();
    std::env::set_current_dir(root())?;
    match command.as_deref() {
        Some("run") => run::run(),
        Some("test") => test::all(),
        Some("bench") => bench::run(args.next().as_deref()),
        Some("e2e") => test::end_to_end(&args.collect::<Vec<_>>()),
        Some("setup") => test::set_up(),
        Some("codegen") => checks::codegen(),
        Some("tidy") => tidy::check(),
        Some("licences") => licences::check(),
        Some("help" | "--help" | "-h") | None => {
            print!("{HELP}");
            Ok(())
        }
        Some(other) => bail!("there is no `cargo xtask {other}`\n\n{HELP}"),
    }
}

/// The repository's root: this file's crate is one folder below it.
fn root() -> std::path::PathBuf {
    let here = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().expect("xtask lies in the repository").to_path_buf()
}
