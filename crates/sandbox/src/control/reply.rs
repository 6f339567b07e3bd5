//! Answers and strict bodies of the control endpoint.

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use crate::entra::attributes::{Property, find, fits};

/// A refusal in plain words.
pub fn error(status: StatusCode, text: &str) -> Response {
    (status, Json(json!({ "error": text }))).into_response()
}

/// 404 for an object.
pub fn missing(what: &str) -> Response {
    error(StatusCode::NOT_FOUND, &format!("There is no '{what}'."))
}

/// Reads a body; types deny unknown fields.
pub fn read<T: DeserializeOwned>(body: &str) -> Result<T, Box<Response>> {
    let text = if body.trim().is_empty() { "{}" } else { body };
    serde_json::from_str(text).map_err(|why| Box::new(error(StatusCode::BAD_REQUEST, &why.to_string())))
}

/// Reads properties of a user or group, in their spelling and type.
pub fn properties(
    body: &Map<String, Value>,
    table: &'static [Property],
) -> Result<Map<String, Value>, Box<Response>> {
    let refuse = |text: String| Err(Box::new(error(StatusCode::BAD_REQUEST, &text)));
    let mut properties = Map::new();
    for (name, value) in body {
        match find(table, name) {
            Some(known) if !known.writable => return refuse(format!("'{name}' cannot be changed.")),
            Some(known) if fits(known.kind, value) => {
                properties.insert(known.name.to_owned(), value.clone());
            }
            Some(known) => {
                return refuse(format!("'{name}' has the wrong type, {:?} is expected.", known.kind));
            }
            None => return refuse(format!("There is no property '{name}'.")),
        }
    }
    Ok(properties)
}
