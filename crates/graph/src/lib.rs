//! The Microsoft Graph client: only the calls that Usher makes.
