//! What is kept of each screen: a picture in light and dark, what axe-core finds, and the page's source.

use anyhow::Result;
use usher_tests::window::Window;

/// What one test keeps.
#[derive(Default)]
pub struct Looks {
    /// Pictures in `artifacts/`, light and dark, and axe-core's findings.
    pub pictures: bool,
    /// The source of every screen, as the leak test reads it.
    pub sources: Option<Vec<(String, Vec<u8>)>>,
    /// What axe-core found, with the screen's name.
    pub violations: Vec<String>,
}

impl Looks {
    /// Looks at the screen that the window shows.
    pub async fn at(&mut self, window: &Window, name: &str) -> Result<()> {
        if let Some(sources) = &mut self.sources {
            sources.push((name.to_owned(), window.everything_in_the_page().await?.into_bytes()));
        }
        if !self.pictures {
            return Ok(());
        }
        for theme in ["light", "dark"] {
            window.theme(theme).await?;
            let long = window.scroll(false).await?;
            window.picture(&format!("{name}-{theme}")).await?;
            if long {
                window.scroll(true).await?;
                window.picture(&format!("{name}-{theme}-end")).await?;
            }
            for violation in window.axe().await? {
                self.violations.push(format!("{name}, {theme}: {violation}"));
            }
        }
        window.theme("light").await
    }

    /// Looks at something that covers the page, such as a dialog: in the theme that the page has.
    pub async fn at_cover(&mut self, window: &Window, name: &str) -> Result<()> {
        if !self.pictures {
            return Ok(());
        }
        window.picture(name).await?;
        for violation in window.axe().await? {
            self.violations.push(format!("{name}: {violation}"));
        }
        Ok(())
    }
}
