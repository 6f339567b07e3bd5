//! SCIM 2.0 vocabulary: resources, attribute paths, filters, PATCH and errors (RFC 7643, RFC 7644).
