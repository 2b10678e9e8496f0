use aws_sdk_cloudwatchlogs::types::LogGroup;
use eksctl_rs_core::{StackId, Tags, World};

use super::read::from_live;

#[test]
fn what_aws_does_not_tell_is_its_default() {
    let world =
        World { stack: StackId::new("dev", "eu-west-1"), account: "111122223333".into(), region: "eu-west-1".into() };
    let found = from_live(&LogGroup::builder().log_group_name("/aws/eks/dev/cluster").build(), Tags::new(), &world);
    assert_eq!(found.spec.log_group_class, "STANDARD");
    assert_eq!((found.spec.retention_in_days, found.spec.kms_key, found.protection), (None, None, None));
    assert_eq!(found.outputs["arn"], "arn:aws:logs:eu-west-1:111122223333:log-group:/aws/eks/dev/cluster");
}
