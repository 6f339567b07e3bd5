//! Microsoft Entra's attribute-mapping expression language: parse, check, evaluate, print.
