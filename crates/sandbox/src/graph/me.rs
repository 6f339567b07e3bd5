//! Who is signed in, which tenant, which licences, which directory roles.

use serde_json::{Value, json};

use super::auth::{account, need};
use super::page::{List, list, pick, select};
use super::users::{self, typed, with_context};
use super::{Answer, Call, GraphError};
use crate::entra::accounts::ROLES;
use crate::entra::{DOMAIN, INITIAL_DOMAIN, SUBDOMAIN, Token, tenant_id};
use crate::world::{World, lock};

/// Entra ID P1.
const PREMIUM: &str = "41781fb2-bc02-4b7c-bd55-b576c07bb09d";

fn person(token: &Token) -> Result<&str, GraphError> {
    token.user.as_deref().ok_or_else(|| {
        GraphError::bad_request("/me request is only valid with delegated authentication flow.")
    })
}

/// `GET /me`
pub fn me(world: &World, call: &Call, token: &Token) -> Result<Answer, GraphError> {
    let id = person(token)?;
    need(token, &["User.Read", "User.Read.All", "Directory.Read.All"], &[])?;
    call.allow(&["$select"])?;
    let select = select(call, users::known)?;
    let entra = lock(&world.entra);
    let user = entra.directory.user(id).ok_or_else(|| GraphError::not_found(id))?;
    Ok(Answer::ok(with_context(world, "users/$entity", users::show(user, select.as_deref()))))
}

/// `GET /me/transitiveMemberOf`, also cast to directory roles (an advanced query then).
pub fn roles(world: &World, call: &Call, token: &Token, cast: Option<&str>) -> Result<Answer, GraphError> {
    person(token)?;
    need(token, &["User.Read", "User.Read.All", "Directory.Read.All"], &[])?;
    call.allow(&["$select", "$top", "$count", "$skiptoken"])?;
    match cast {
        None => {}
        Some("microsoft.graph.directoryRole") if call.eventual() && call.option("$count") == Some("true") => {
        }
        Some("microsoft.graph.directoryRole") => {
            let text = "This cast needs $count=true and the header ConsistencyLevel: eventual.";
            return Err(GraphError::bad_request(text));
        }
        Some(_) => return Err(GraphError::not_found_path()),
    }
    let names = account(world, token).map(|account| account.roles).unwrap_or_default();
    let known = |name: &str| {
        ["id", "displayName", "description", "roleTemplateId"].into_iter().find(|known| *known == name)
    };
    let select = select(call, known)?;
    let show = |name: &str| {
        let template = ROLES.iter().find(|(role, _)| *role == name)?.1;
        let role = json!({
            "id": world.random.uuid(&format!("role/{name}")),
            "deletedDateTime": null,
            "description": format!("Practice role {name}."),
            "displayName": name,
            "roleTemplateId": template,
        });
        Some(typed("directoryRole", &role, select.as_deref()))
    };
    list(world, call, &List { context: "directoryObjects", page_size: 100 }, || Ok(names), show)
}

/// `GET /organization`
pub fn organization(world: &World, call: &Call, token: &Token) -> Result<Answer, GraphError> {
    // Microsoft Learn, "List organizations": User.Read suffices for people only.
    let read = ["Organization.Read.All", "Directory.Read.All", "User.Read"];
    need(token, &read, &read[..2])?;
    call.allow(&["$select"])?;
    let domain = |name: &str, default: bool, initial: bool| {
        json!({ "name": name, "type": "Managed", "isDefault": default, "isInitial": initial,
            "capabilities": "Email, OfficeCommunicationsOnline" })
    };
    let plans = if lock(&world.entra).without_premium {
        json!([])
    } else {
        json!([{ "assignedDateTime": "2021-01-01T00:00:00Z", "capabilityStatus": "Enabled",
            "service": "AADPremiumService", "servicePlanId": PREMIUM }])
    };
    let organization = json!({
        "id": tenant_id(world),
        "displayName": "Northwind Practice",
        "tenantType": "AAD",
        "countryLetterCode": "DE",
        "defaultUsageLocation": "DE",
        "onPremisesSyncEnabled": null,
        "technicalNotificationMails": [format!("it@{DOMAIN}")],
        "verifiedDomains": [domain(DOMAIN, true, false), domain(SUBDOMAIN, false, false),
            domain(INITIAL_DOMAIN, false, true)],
        "assignedPlans": plans,
        "provisionedPlans": [],
        "createdDateTime": "2020-01-15T00:00:00Z",
    });
    let names: Vec<String> =
        organization.as_object().map(|map| map.keys().cloned().collect()).unwrap_or_default();
    for name in call.option("$select").into_iter().flat_map(|text| text.split(',')) {
        if !names.iter().any(|known| known == name.trim()) {
            let text = format!("Could not find a property named '{name}' on type 'organization'.");
            return Err(GraphError::bad_request(text));
        }
    }
    let select: Option<Vec<String>> =
        call.option("$select").map(|text| text.split(',').map(|name| name.trim().to_owned()).collect());
    collection(world, "organization", vec![pick(&organization, select.as_deref())])
}

/// `GET /subscribedSkus`
pub fn subscribed_skus(world: &World, call: &Call, token: &Token) -> Result<Answer, GraphError> {
    let read = ["LicenseAssignment.Read.All", "Organization.Read.All", "Directory.Read.All"];
    need(token, &read, &read)?;
    call.allow(&[])?;
    if lock(&world.entra).without_premium {
        return collection(world, "subscribedSkus", Vec::new());
    }
    let sku = json!({
        "id": world.random.uuid("sku"),
        "skuId": "078d2b04-f1bd-4111-bbd4-b4b1b354cef4",
        "skuPartNumber": "AAD_PREMIUM",
        "capabilityStatus": "Enabled",
        "appliesTo": "User",
        "consumedUnits": 10,
        "prepaidUnits": { "enabled": 250, "suspended": 0, "warning": 0, "lockedOut": 0 },
        "servicePlans": [{ "servicePlanId": PREMIUM, "servicePlanName": "AAD_PREMIUM",
            "provisioningStatus": "Success", "appliesTo": "User" }],
    });
    collection(world, "subscribedSkus", vec![sku])
}

/// A collection that fits on one page.
pub fn collection(world: &World, context: &str, value: Vec<Value>) -> Result<Answer, GraphError> {
    let graph = &world.endpoints().graph;
    Ok(Answer::ok(json!({ "@odata.context": format!("{graph}/v1.0/$metadata#{context}"), "value": value })))
}
