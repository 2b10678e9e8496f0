use aws_sdk_ec2::types::{AttachmentStatus, EgressOnlyInternetGateway, InternetGatewayAttachment, Tag};
use eksctl_rs_core::{Address, Lowering, Reference, StackId, Status, Tags, Work, World, tag};

use super::read::from_live;
use super::write::lower;
use super::{Call, Spec};

fn spec() -> Spec {
    Spec { vpc: Reference::from("vpc-1"), tags: Tags::from([("Name".to_owned(), "dev".to_owned())]) }
}

#[test]
fn what_aws_tells_is_our_spec() {
    let tag = |key: &str, value: &str| Tag::builder().key(key).value(value).build();
    let attachment = InternetGatewayAttachment::builder().vpc_id("vpc-1").state(AttachmentStatus::Attached).build();
    let gateway = EgressOnlyInternetGateway::builder()
        .egress_only_internet_gateway_id("eigw-1")
        .attachments(attachment)
        .tags(tag("Name", "dev"))
        .tags(tag(tag::STACK, "dev.eu-west-1"))
        .build();
    let found = from_live(&gateway);
    assert_eq!(found.spec, spec());
    assert_eq!((found.id.as_str(), &found.status), ("eigw-1", &Status::Ready));
}

#[test]
fn one_is_made_by_one_call_that_says_whose_it_is() {
    let world = World { stack: StackId::new("dev", "eu-west-1"), account: "1".into(), region: "eu-west-1".into() };
    let address = Address::new("ec2.EgressOnlyInternetGateway", "main");
    let ownership = Tags::from([(tag::STACK.to_owned(), "dev.eu-west-1".to_owned())]);
    let work = Work::Create { desired: spec() };
    let calls = lower(&Lowering { address: &address, world: &world, work, ownership: &ownership });
    let tags = spec().tags.into_iter().chain(ownership).collect();
    assert_eq!(calls.len(), 1);
    assert_eq!(calls[0].call, Call::Create { vpc: Reference::from("vpc-1"), tags });
    // A client token makes it safe to repeat: there is nothing to take back.
    assert!(calls[0].creates && calls[0].undo.is_none());
}
