//! From AWS's answers to our spec.

use aws_sdk_ec2::types::{Address, ResourceType};
use eksctl_rs_core::{CallError, Progress, Run};

use super::{Room, Spec};
use crate::Aws;
use crate::ec2::{at_the_address, first_claimed, from_sdk, gone, may_be_there, of_the_stack};
use crate::kind::{Found, own_tags};
use crate::reads::Reads;

/// `DescribeAddresses` has no pages.
pub(super) async fn find(reads: &Reads<'_>) -> Result<Vec<Found<Spec>>, CallError> {
    if !may_be_there::<Room>(reads, ResourceType::ElasticIp).await? {
        return Ok(Vec::new());
    }
    let request = || reads.aws.ec2.describe_addresses().filters(of_the_stack(reads.world()));
    let answer = reads.ask("ec2:DescribeAddresses", || request().send()).await?;
    Ok(answer.addresses().iter().map(from_live).collect())
}

pub(super) fn from_live(address: &Address) -> Found<Spec> {
    let tags = from_sdk(address.tags());
    let spec = Spec { tags: own_tags(&tags) };
    Found::new(address.allocation_id().unwrap_or_default(), spec, tags)
        .telling("public_ip", address.public_ip().unwrap_or_default())
}

/// After its creation the address is looked for by its tags, not by its id: another run may have been first.
pub(super) async fn status(aws: &Aws, run: &Run<'_>) -> Result<Progress, CallError> {
    let request = match (run.step.creates, run.outputs.get("id")) {
        (false, Some(id)) => aws.ec2.describe_addresses().allocation_ids(id),
        _ => aws.ec2.describe_addresses().filters(of_the_stack(&aws.world)).filters(at_the_address(run)),
    };
    let answer = aws.call("ec2:DescribeAddresses", request.send()).await?;
    let first = first_claimed(answer.addresses(), Address::allocation_id, Address::tags);
    let address = first.ok_or_else(|| gone(run))?;
    let id = address.allocation_id().unwrap_or_default().to_owned();
    Ok(Progress::done_with([("id", id), ("public_ip", address.public_ip().unwrap_or_default().to_owned())]))
}
