//! Which resources have which tags.

use serde::Deserialize;
use serde_json::{Value, json};

use super::arn::Arn;
use super::{INVALID, pages, sources};
use crate::call::Call;
use crate::error::{ApiError, refuse};
use crate::services::Operations;
use crate::tags::{self, Tags};

pub(super) const OPERATIONS: Operations = &[("GetResources", get_resources)];

/// AWS does not tell how many there are on a page when nobody says; 50 is what it is seen to do.
const PAGE: usize = 50;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct GetResources {
    tag_filters: Option<Vec<TagFilter>>,
    resource_type_filters: Option<Vec<String>>,
    #[serde(rename = "ResourceARNList")]
    resource_arns: Option<Vec<String>>,
    resources_per_page: Option<usize>,
    tags_per_page: Option<usize>,
    include_compliance_details: Option<bool>,
    exclude_compliant_resources: Option<bool>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct TagFilter {
    key: Option<String>,
    values: Option<Vec<String>>,
}

fn get_resources(call: &mut Call<'_>) -> Result<Value, ApiError> {
    check_pages(call)?;
    let asked: GetResources = call.args()?;
    check(call, &asked)?;
    let mut found: Vec<(String, &Tags)> =
        sources::tagged(call).into_iter().filter(|(arn, tags)| asked.wants(arn, tags)).collect();
    // Without a tag policy everything complies with it.
    if asked.exclude_compliant_resources == Some(true) {
        found.clear();
    }
    let (shown, token) = pages::asked(call, asked.pages(found))?;
    let list: Vec<Value> = shown.into_iter().map(|(arn, tags)| asked.mapping(&arn, tags)).collect();
    Ok(json!({ "ResourceTagMappingList": list, pages::TOKEN: token }))
}

/// The sizes of pages, whose limits are not in the model.
fn check_pages(call: &Call<'_>) -> Result<(), ApiError> {
    for (name, min, max) in [("ResourcesPerPage", 1, 100), ("TagsPerPage", 100, 500)] {
        if call.input[name].as_i64().is_some_and(|size| size < min || size > max) {
            return refuse(INVALID, format!("{name} must be between {min} and {max}"));
        }
    }
    Ok(())
}

fn check(call: &Call<'_>, asked: &GetResources) -> Result<(), ApiError> {
    if asked.tag_filters.iter().flatten().any(|filter| filter.key.is_none()) {
        return refuse(INVALID, "Each tag filter must contain a key");
    }
    let types = asked.resource_type_filters.as_deref().unwrap_or_default();
    if types.len() > 100 {
        return refuse(INVALID, "ResourceTypeFilters must have at most 100 items");
    }
    if let Some(wrong) = types.iter().find(|filter| !is_type_filter(filter)) {
        return refuse(INVALID, format!("{wrong} is not a resource type: the format is service[:resourceType]"));
    }
    if asked.exclude_compliant_resources == Some(true) && asked.include_compliance_details != Some(true) {
        return refuse(INVALID, "ExcludeCompliantResources can be used only with IncludeComplianceDetails");
    }
    let Some(arns) = &asked.resource_arns else { return Ok(()) };
    let others = ["TagFilters", "ResourceTypeFilters", "ResourcesPerPage", "TagsPerPage", pages::TOKEN];
    let is_given = |name: &&&str| !matches!(&call.input[**name], Value::Null) && call.input[**name] != "";
    if let Some(other) = others.iter().find(is_given) {
        return refuse(INVALID, format!("ResourceARNList and {other} cannot be in the same request"));
    }
    arns.iter().try_for_each(|arn| Arn::asked(call, arn).map(|_| ()))
}

fn is_type_filter(filter: &str) -> bool {
    let (service, kind) = filter.split_once(':').map_or((filter, None), |(service, kind)| (service, Some(kind)));
    let is_name =
        |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || "-_./".contains(c));
    is_name(service) && kind.is_none_or(is_name)
}

impl GetResources {
    fn wants(&self, arn: &str, tags: &Tags) -> bool {
        self.resource_arns.as_ref().is_none_or(|arns| arns.iter().any(|wanted| wanted == arn))
            && self.wants_type(arn)
            && self.tag_filters.iter().flatten().all(|filter| filter.passes(tags))
    }

    fn wants_type(&self, arn: &str) -> bool {
        let types = self.resource_type_filters.as_deref().unwrap_or_default();
        let is_of = |arn: Arn<'_>, filter: &String| match filter.split_once(':') {
            Some((service, kind)) => service == arn.service && kind == arn.kind,
            None => filter == arn.service,
        };
        types.is_empty() || Arn::parse(arn).is_some_and(|arn| types.iter().any(|filter| is_of(arn, filter)))
    }

    /// As many resources on a page as both sizes allow. "GetResources does not split a resource and its associated tags
    /// across pages."
    fn pages<'t>(&self, found: Vec<(String, &'t Tags)>) -> Vec<Vec<(String, &'t Tags)>> {
        let most = crate::page::size(self.resources_per_page.unwrap_or(PAGE));
        let most_tags = self.tags_per_page.unwrap_or(usize::MAX);
        let mut pages: Vec<Vec<(String, &Tags)>> = Vec::new();
        let mut tags_on_page = 0;
        for (arn, tags) in found {
            tags_on_page += tags.len();
            match pages.last_mut().filter(|page| page.len() < most && tags_on_page <= most_tags) {
                Some(page) => page.push((arn, tags)),
                None => {
                    tags_on_page = tags.len();
                    pages.push(vec![(arn, tags)]);
                }
            }
        }
        pages
    }

    fn mapping(&self, arn: &str, tags: &Tags) -> Value {
        let mut mapping = json!({ "ResourceARN": arn, "Tags": tags::to_list(tags) });
        if self.include_compliance_details == Some(true) {
            mapping["ComplianceDetails"] =
                json!({ "NoncompliantKeys": [], "KeysWithNoncompliantValues": [], "ComplianceStatus": true });
        }
        mapping
    }
}

impl TagFilter {
    /// Without values the key alone counts.
    fn passes(&self, tags: &Tags) -> bool {
        let wanted = self.values.as_deref().unwrap_or_default();
        let value = self.key.as_ref().and_then(|key| tags.get(key));
        value.is_some_and(|value| wanted.is_empty() || wanted.contains(value))
    }
}
