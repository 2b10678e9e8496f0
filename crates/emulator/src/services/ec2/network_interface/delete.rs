//! `DeleteNetworkInterface`.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::call::Call;
use crate::error::{ApiError, refuse};
use crate::services::ec2::{id, parameters};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct DeleteNetworkInterface {
    network_interface_id: String,
}

/// "You must detach the network interface before you can delete it." For one that is in use the error codes of EC2 have
/// `InvalidNetworkInterface.InUse`, and "you may also receive the InvalidParameterValue error": here for those of services.
pub(super) fn delete_network_interface(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let DeleteNetworkInterface { network_interface_id } = parameters(call)?;
    let interface = id::NETWORK_INTERFACE.find(&call.network().network_interfaces, &network_interface_id)?;
    if interface.is_attached() {
        let managed = interface.is_requester_managed();
        let code = if managed { "InvalidParameterValue" } else { "InvalidNetworkInterface.InUse" };
        return refuse(code, format!("Network interface '{network_interface_id}' is currently in use."));
    }
    call.ec2().remove_interface(&network_interface_id);
    Ok(json!({ "Return": true }))
}
