//! EC2: the network.

mod cidr;
pub mod egress_only_internet_gateway;
pub mod elastic_ip;
pub(crate) mod existing;
pub mod flow_log;
pub mod foreign_tags;
pub mod internet_gateway;
pub mod launch_template;
pub mod left_behind;
pub mod nat_gateway;
pub mod route_table;
pub mod security_group;
pub mod subnet;
mod tags;
pub mod vpc;
pub mod vpc_endpoint;

use aws_sdk_ec2::types::Filter;
use eksctl_rs_core::{CallError, ErrorClass, Run, World, Zone, tag};

use crate::Aws;
use crate::reads::Reads;

pub(crate) use tags::{TagCall, from_sdk, may_be_there, specification, to_sdk};

/// What EC2's error codes mean. Source: "Error codes for the Amazon EC2 API".
pub(crate) fn classify(operation: &str, code: &str, message: &str) -> Option<ErrorClass> {
    let not_found = code.ends_with("NotFound") || code.ends_with(".NotFoundException");
    match code {
        "DependencyViolation"
        | "InvalidIPAddress.InUse"
        | "InvalidCidrBlock.InUse"
        | "Resource.AlreadyAssociated"
        | "IncorrectState" => Some(ErrorClass::Held),
        "RouteAlreadyExists"
        | "InvalidPermission.Duplicate"
        | "InvalidGroup.Duplicate"
        | "InvalidSubnet.Conflict"
        | "FlowLogAlreadyExists"
        | "InvalidLaunchTemplateName.AlreadyExistsException" => Some(ErrorClass::Exists),
        // The role was made a moment ago. Source: Terraform's provider for AWS, of `CreateFlowLogs`.
        "InvalidParameter" if message.contains("Unable to assume given IAM role") => Some(ErrorClass::NotYet),
        "Gateway.NotAttached" => Some(ErrorClass::Gone),
        _ if code.ends_with("LimitExceeded") || code == "InsufficientFreeAddressesInSubnet" => Some(ErrorClass::Quota),
        // What is deleted or looked for is gone; what a new thing refers to was made a moment ago.
        _ if not_found && reads_or_removes(operation) => Some(ErrorClass::Gone),
        _ if not_found => Some(ErrorClass::NotYet),
        _ => None,
    }
}

fn reads_or_removes(operation: &str) -> bool {
    ["Describe", "Get", "Delete", "Release", "Detach", "Disassociate", "Revoke"]
        .iter()
        .any(|verb| operation.starts_with(verb))
}

/// The filter that finds everything of the stack.
pub(crate) fn of_the_stack(world: &World) -> Filter {
    Filter::builder().name(format!("tag:{}", tag::STACK)).values(world.stack.as_str()).build()
}

/// The filter that finds what stands at the address of a step.
pub(crate) fn at_the_address(run: &Run<'_>) -> Filter {
    Filter::builder().name(format!("tag:{}", tag::ADDRESS)).values(run.address().to_string()).build()
}

/// The zones of the Region in which this account may make subnets: Availability Zones only, in order of their names.
pub(crate) async fn availability_zones(reads: &Reads<'_>) -> Result<Vec<Zone>, CallError> {
    let only_zones = || {
        let filter = |name: &str, value: &str| Filter::builder().name(name).values(value).build();
        let request = reads.aws.ec2.describe_availability_zones().filters(filter("zone-type", "availability-zone"));
        request.filters(filter("state", "available"))
    };
    let answer = reads.ask("ec2:DescribeAvailabilityZones", || only_zones().send()).await?;
    let mut zones: Vec<Zone> = answer
        .availability_zones()
        .iter()
        .map(|zone| Zone {
            name: zone.zone_name().unwrap_or_default().to_owned(),
            id: zone.zone_id().unwrap_or_default().to_owned(),
        })
        .collect();
    zones.sort();
    Ok(zones)
}

/// The error for something that is not there, where AWS answers with an empty list.
pub(crate) fn gone(run: &Run<'_>) -> CallError {
    let message = format!("{} is not there", run.outputs.get("id").map_or("it", String::as_str));
    CallError::new(ErrorClass::Gone, &run.step.operation, "NotFound", message)
}

/// The id of the resource that a step is about.
pub(crate) fn id_of<'r>(run: &'r Run<'_>) -> Result<&'r str, CallError> {
    run.outputs.get("id").map(String::as_str).ok_or_else(|| gone(run))
}

/// A literal where the engine has resolved every reference.
pub(crate) fn literal(reference: &eksctl_rs_core::Reference, run: &Run<'_>) -> Result<String, CallError> {
    let symbol = |symbol| CallError::bug(&run.step.operation, format!("{symbol} is not resolved"));
    reference.literal().map(str::to_owned).map_err(symbol)
}

/// Of several things that claim one address, the one that was first: by the time and nonce of its claim, then by id.
pub(crate) fn first_claimed<T>(
    things: &[T],
    id: impl Fn(&T) -> Option<&str>,
    tags: impl Fn(&T) -> &[aws_sdk_ec2::types::Tag],
) -> Option<&T> {
    let claim = |thing: &T| {
        let found = tags(thing).iter().find(|tag| tag.key() == Some(tag::CLAIM));
        (found.and_then(|tag| tag.value()).map(str::to_owned), id(thing).map(str::to_owned))
    };
    things.iter().min_by_key(|thing| claim(thing))
}

/// A client token as EC2 takes it: at most 64 ASCII characters.
pub(crate) fn token(run: &Run<'_>) -> String {
    run.token.clone()
}

impl Aws {
    /// The tags of a create call, with the claim of this run: for the calls that AWS cannot make idempotent.
    pub(crate) fn claimed(tags: &eksctl_rs_core::Tags, run: &Run<'_>) -> eksctl_rs_core::Tags {
        let mut claimed = tags.clone();
        claimed.insert(tag::CLAIM.to_owned(), run.claim.clone());
        claimed
    }
}
