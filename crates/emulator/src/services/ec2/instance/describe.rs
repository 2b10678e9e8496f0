//! `DescribeInstances`: instances come in reservations, here one in each.

use serde_json::{Value, json};

use super::Instance;
use crate::call::Call;
use crate::error::{ApiError, refuse};
use crate::page::page;
use crate::random;
use crate::services::ec2::describe::{Described, matching, texts};
use crate::services::ec2::{PAGING, id};

pub(super) fn describe_instances(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let ids = texts(&call.input["InstanceIds"]);
    let size = &call.input[PAGING.size];
    if !ids.is_empty() && !size.is_null() {
        let message = "The parameter instancesSet cannot be used with the parameter maxResults";
        return refuse("InvalidParameterCombination", message);
    }
    // The model gives no range here; the documentation does.
    if let Some(size) = size.as_i64().filter(|size| !(5..=1000).contains(size)) {
        let message =
            format!("Value ( {size} ) for parameter maxResults is invalid. Expecting a value from 5 to 1000.");
        return refuse("InvalidParameterValue", message);
    }
    let all = &call.network().instances;
    id::INSTANCE.check_all(all, &ids)?;
    let named = all.values().filter(|instance| ids.is_empty() || ids.contains(&instance.id.as_str()));
    let found = matching(call, named, &call.input["Filters"])?;
    let (shown, next) = page(&call.input, PAGING, found)?;
    let reservations: Vec<Value> = shown.into_iter().map(|instance| instance.reservation(call)).collect();
    Ok(json!({ "Reservations": reservations, "NextToken": next }))
}

impl Instance {
    pub(super) fn reservation_id(&self) -> String {
        format!("r-0{}", random::hex(&json!([self.id, "reservation"]), 16))
    }

    fn reservation(&self, call: &Call<'_>) -> Value {
        json!({
            "ReservationId": self.reservation_id(),
            "OwnerId": call.account_id,
            "Groups": [],
            "Instances": [self.show(call)],
        })
    }
}
