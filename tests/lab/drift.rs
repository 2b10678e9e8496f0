//! What somebody else does to a resource, of whatever kind.

use eksctl_rs_core::{Action, Observed};
use eksctl_rs_stack::StackSpec;

use super::{Lab, clients};

const KEY: &str = "somebody";
const VALUE: &str = "was here";

/// Somebody gives a resource a tag that nobody wants, or changes what has no tags. What is to be done about it.
pub async fn happens(lab: &Lab, spec: &StackSpec, one: &Observed) -> Action {
    let output = |name: &str| one.outputs.get(name).unwrap_or_else(|| panic!("{}: {name}", one.address)).clone();
    let iam = || clients::iam(lab, spec);
    let ecr = || clients::ecr(lab, spec);
    let tag = aws_sdk_iam::types::Tag::builder().key(KEY).value(VALUE).build().expect("a tag");
    match one.address.kind() {
        "iam.Role" => {
            iam().tag_role().role_name(output("name")).tags(tag).send().await.expect("tagged");
        }
        "iam.Policy" => {
            iam().tag_policy().policy_arn(output("arn")).tags(tag).send().await.expect("tagged");
        }
        "iam.OidcProvider" => {
            let request = iam().tag_open_id_connect_provider().open_id_connect_provider_arn(output("arn")).tags(tag);
            request.send().await.expect("tagged");
        }
        "iam.Group" => {
            let document =
                r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}"#;
            let request =
                iam().put_group_policy().group_name(output("name")).policy_name(KEY).policy_document(document);
            request.send().await.expect("put");
        }
        "kms.Key" => {
            let tag = aws_sdk_kms::types::Tag::builder().tag_key(KEY).tag_value(VALUE).build().expect("a tag");
            let request = clients::kms(lab, spec).tag_resource().key_id(output("id")).tags(tag);
            request.send().await.expect("tagged");
        }
        "logs.LogGroup" => {
            let request = clients::logs(lab, spec).tag_resource().resource_arn(output("arn")).tags(KEY, VALUE);
            request.send().await.expect("tagged");
        }
        "secretsmanager.Secret" => {
            let tag = aws_sdk_secretsmanager::types::Tag::builder().key(KEY).value(VALUE).build();
            let request = clients::secrets(lab, spec).tag_resource().secret_id(output("arn")).tags(tag);
            request.send().await.expect("tagged");
        }
        "ecr.Repository" => {
            let tag = aws_sdk_ecr::types::Tag::builder().key(KEY).value(VALUE).build().expect("a tag");
            ecr().tag_resource().resource_arn(output("arn")).tags(tag).send().await.expect("tagged");
        }
        "ecr.RegistryScanning" => {
            let basic = aws_sdk_ecr::types::ScanType::Basic;
            ecr().put_registry_scanning_configuration().scan_type(basic).send().await.expect("put");
            return Action::Create;
        }
        "ecr.RegistryReplication" => {
            let nothing = aws_sdk_ecr::types::ReplicationConfiguration::builder().set_rules(Some(Vec::new()));
            let nothing = nothing.build().expect("a configuration");
            ecr().put_replication_configuration().replication_configuration(nothing).send().await.expect("put");
            return Action::Create;
        }
        "ecr.RepositoryCreationTemplate" => {
            let immutable = aws_sdk_ecr::types::ImageTagMutability::Immutable;
            let request = ecr().update_repository_creation_template().prefix(&one.id);
            request.image_tag_mutability(immutable).send().await.expect("updated");
        }
        "ecr.PullThroughCacheRule" => {
            let request = ecr().delete_pull_through_cache_rule().ecr_repository_prefix(&one.id);
            request.send().await.expect("deleted");
            return Action::Create;
        }
        "ec2.Tags" => {
            let key = one.spec["tags"].as_object().and_then(|tags| tags.keys().next()).expect("a tag");
            let tag = aws_sdk_ec2::types::Tag::builder().key(key).value(VALUE).build();
            let request = clients::ec2(lab, spec)
                .create_tags()
                .resources(one.spec["resource"]["$id"].as_str().expect("an id"))
                .tags(tag);
            request.send().await.expect("tagged");
        }
        kind if kind.starts_with("eks.") => {
            let request = clients::eks(lab, spec).tag_resource().resource_arn(output("arn")).tags(KEY, VALUE);
            request.send().await.expect("tagged");
        }
        kind => {
            assert!(kind.starts_with("ec2."), "nobody knows how to change {kind}");
            let tag = aws_sdk_ec2::types::Tag::builder().key(KEY).value(VALUE).build();
            clients::ec2(lab, spec).create_tags().resources(&one.id).tags(tag).send().await.expect("tagged");
        }
    }
    Action::Update
}
