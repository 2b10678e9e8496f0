//! The reverse DNS record of an Elastic IP address.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::Address;
use crate::call::Call;
use crate::error::ApiError;
use crate::page::page;
use crate::services::Operations;
use crate::services::ec2::describe::texts;
use crate::services::ec2::{PAGING, id, parameters};

pub(in crate::services::ec2) const OPERATIONS: Operations = &[
    ("DescribeAddressesAttribute", describe_addresses_attribute),
    ("ModifyAddressAttribute", modify_address_attribute),
    ("ResetAddressAttribute", reset_address_attribute),
];

/// A change of a reverse DNS record, until the next call.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct PtrUpdate {
    /// Nothing takes the record away.
    pub(crate) value: Option<String>,
}

impl Address {
    /// What the last call began is complete.
    pub(in crate::services::ec2) fn settle(&mut self) {
        if let Some(update) = self.ptr_update.take() {
            self.ptr_record = update.value;
        }
    }

    fn show_attribute(&self, with_record: bool) -> Value {
        let update = self.ptr_update.as_ref().filter(|_| with_record);
        json!({
            "AllocationId": self.id,
            "PublicIp": self.public_ip,
            "PtrRecord": self.ptr_record.as_ref().filter(|_| with_record),
            "PtrRecordUpdate": update.map(|update| json!({ "Value": update.value, "Status": "PENDING" })),
        })
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct ModifyAddressAttribute {
    allocation_id: String,
    domain_name: Option<String>,
}

fn modify_address_attribute(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let args: ModifyAddressAttribute = parameters(call)?;
    let missing = || ApiError::new("MissingParameter", "The request must contain the parameter domainName");
    let domain_name = args.domain_name.ok_or_else(missing)?;
    // A name in DNS ends with a dot.
    let domain_name = format!("{}.", domain_name.trim_end_matches('.'));
    update(call, &args.allocation_id, Some(domain_name))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct ResetAddressAttribute {
    allocation_id: String,
    /// The model allows `domain-name` only.
    #[serde(rename = "Attribute")]
    _attribute: String,
}

fn reset_address_attribute(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let args: ResetAddressAttribute = parameters(call)?;
    update(call, &args.allocation_id, None)
}

fn update(call: &mut Call<'_>, allocation_id: &str, value: Option<String>) -> Result<Value, ApiError> {
    let address = id::ALLOCATION.find_mut(&mut call.ec2().addresses, allocation_id)?;
    address.ptr_update = Some(PtrUpdate { value });
    Ok(json!({ "Address": address.show_attribute(true) }))
}

fn describe_addresses_attribute(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let all = &call.network().addresses;
    let ids = texts(&call.input["AllocationIds"]);
    id::ALLOCATION.check_all(all, &ids)?;
    let found = all.values().filter(|address| ids.is_empty() || ids.contains(&address.id.as_str()));
    let (shown, next) = page(&call.input, PAGING, found.collect())?;
    // The only attribute is the reverse DNS record; without it only the addresses are shown.
    let with_record = call.text("Attribute").is_some();
    let shown: Vec<Value> = shown.into_iter().map(|address: &Address| address.show_attribute(with_record)).collect();
    Ok(json!({ "Addresses": shown, "NextToken": next }))
}
