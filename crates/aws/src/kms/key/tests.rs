use aws_sdk_kms::types::{KeyMetadata, KeyState};

use eksctl_rs_core::Status;

use super::read::{Parts, from_live};

fn live(state: KeyState) -> crate::kind::Found<super::Spec> {
    let key = KeyMetadata::builder().key_id("1234").arn("arn:key/1234").key_state(state).build().expect("a key");
    from_live(&key, Parts { policy: r#"{"Version":"2012-10-17","Statement":[]}"#.to_owned(), ..Parts::default() })
}

#[test]
fn a_key_that_is_being_deleted_is_dormant() {
    let there = live(KeyState::Enabled);
    assert!(there.spec.enabled && there.status == Status::Ready);
    let going = live(KeyState::PendingDeletion);
    assert!(!going.spec.enabled && going.status.is_dormant());
    assert_eq!(going.outputs["arn"], "arn:key/1234");
    let disabled = live(KeyState::Disabled);
    assert!(!disabled.spec.enabled && disabled.status == Status::Ready);
}
