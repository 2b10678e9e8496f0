//! What is found by its tags alone: kinds that AWS can list neither by a tag nor by a parent.

use aws_sdk_resourcegroupstagging::operation::get_resources::GetResourcesOutput;
use aws_sdk_resourcegroupstagging::types::TagFilter;
use eksctl_rs_core::{CallError, tag};

use crate::reads::Reads;

/// The kinds of resource that are looked for, as the Resource Groups Tagging API names them.
const KINDS: &[&str] = &["ecr:repository", "eks:cluster", "kms:key", "logs:log-group", "secretsmanager:secret"];

/// The ARNs of everything that bears the stack's tag, of the kinds that are looked for so. Asked for once.
pub(crate) async fn arns_of_the_stack<'r>(reads: &'r Reads<'_>) -> Result<&'r [String], CallError> {
    let ask = async {
        let filter = TagFilter::builder().key(tag::STACK).values(reads.world().stack.as_str()).build();
        let kinds = || KINDS.iter().map(|kind| (*kind).to_owned()).collect();
        let request = || {
            let request = reads.aws.tagging.get_resources().tag_filters(filter.clone());
            request.set_resource_type_filters(Some(kinds())).resources_per_page(100)
        };
        let page = |page: GetResourcesOutput| {
            let found =
                page.resource_tag_mapping_list.unwrap_or_default().into_iter().filter_map(|one| one.resource_arn);
            (found.collect::<Vec<_>>(), page.pagination_token)
        };
        reads.pages("tagging:GetResources", |token| request().set_pagination_token(token).send(), page).await
    };
    Ok(reads.shared.tagged.get(ask).await?.as_slice())
}
