//! What is kept of each screen: pictures in every theme, what axe-core finds, whether it fits other sizes and zoom, and
//! the page's source.

use anyhow::Result;
use usher_tests::window::Window;

/// What one test keeps.
#[derive(Default)]
pub struct Looks {
    /// Pictures in `artifacts/`, light and dark, and axe-core's findings.
    pub pictures: bool,
    /// Pictures of the smallest window and of 200 % zoom, and whether everything fits there and on large screens.
    pub sizes: bool,
    /// The source of every screen, as the leak test reads it.
    pub sources: Option<Vec<(String, Vec<u8>)>>,
    /// What axe-core found and what did not fit, with the screen's name.
    pub violations: Vec<String>,
}

/// The window's size in every other picture.
const USUAL: (u32, u32) = (1280, 800);

/// The smallest size that the window can have, a usual screen and a very large one.
const SIZES: [(u32, u32); 3] = [(1024, 700), (1920, 1080), (3840, 2160)];

impl Looks {
    /// Looks at the screen that the window shows.
    pub async fn at(&mut self, window: &Window, name: &str) -> Result<()> {
        if let Some(sources) = &mut self.sources {
            sources.push((name.to_owned(), window.everything_in_the_page().await?.into_bytes()));
        }
        if !self.pictures {
            return Ok(());
        }
        // High contrast is looked at once for each screen: error states use the same parts and colours.
        let themes: &[&str] =
            if self.sizes { &["light", "dark", "high-contrast"] } else { &["light", "dark"] };
        for &theme in themes {
            window.theme(theme).await?;
            let long = window.scroll(false).await?;
            window.picture(&format!("{name}-{theme}")).await?;
            if long && theme != "high-contrast" {
                window.scroll(true).await?;
                window.picture(&format!("{name}-{theme}-end")).await?;
            }
            self.by_axe(window, &format!("{name}, {theme}")).await?;
        }
        window.theme("light").await?;
        if self.sizes { self.at_other_sizes(window, name).await } else { Ok(()) }
    }

    /// Looks at something that covers the page, such as a dialog: in the theme that the page has.
    pub async fn at_cover(&mut self, window: &Window, name: &str) -> Result<()> {
        if !self.pictures {
            return Ok(());
        }
        window.picture(name).await?;
        self.by_axe(window, name).await
    }

    async fn by_axe(&mut self, window: &Window, name: &str) -> Result<()> {
        for violation in window.axe().await? {
            self.violations.push(format!("{name}: {violation}"));
        }
        Ok(())
    }

    async fn at_other_sizes(&mut self, window: &Window, name: &str) -> Result<()> {
        for (width, height) in SIZES {
            window.resize(width, height).await?;
            self.fits(window, &format!("{name} at {width}x{height}")).await?;
            // Large screens are measured; a picture of one says little and takes long.
            if width < USUAL.0 {
                window.scroll(false).await?;
                window.picture(&format!("{name}-{width}x{height}")).await?;
            }
        }
        window.resize(USUAL.0, USUAL.1).await?;
        window.text_spacing(true).await?;
        self.fits(window, &format!("{name} with wide spacing")).await?;
        window.text_spacing(false).await?;
        window.zoom(5).await?;
        self.fits(window, &format!("{name} at 200 %")).await?;
        window.scroll(false).await?;
        window.picture(&format!("{name}-200-percent")).await?;
        window.zoom(0).await
    }

    async fn fits(&mut self, window: &Window, name: &str) -> Result<()> {
        for misfit in window.misfits().await? {
            self.violations.push(format!("{name}: {misfit}"));
        }
        Ok(())
    }
}
