//! Versions of launch templates.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{LaunchTemplate, Named, version_number};
use crate::call::Call;
use crate::error::{ApiError, refuse};
use crate::page::page;
use crate::services::ec2::describe::{Described, Filters, NO_TAGS, many, matching, maybe, one};
use crate::services::ec2::{PAGING, parameters, timestamp, unsupported};
use crate::tags::Tags;

/// A version: it stays as it was made.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Version {
    pub(crate) number: u64,
    pub(crate) description: Option<String>,
    /// Emulated seconds.
    pub(crate) created_at: f64,
    /// An ARN.
    pub(crate) created_by: String,
    /// The launch parameters, in the names of the model.
    pub(crate) data: Value,
}

impl Version {
    /// It as the API shows it.
    pub(super) fn show(&self, template: &LaunchTemplate, call: &Call<'_>) -> Value {
        json!({
            "LaunchTemplateId": template.id,
            "LaunchTemplateName": template.name,
            "VersionNumber": self.number,
            "VersionDescription": self.description,
            "CreateTime": call.epoch + self.created_at,
            "CreatedBy": self.created_by,
            "DefaultVersion": self.number == template.default_version,
            "LaunchTemplateData": self.data,
            "Operator": { "Managed": false },
        })
    }
}

/// A version and its template.
#[derive(Clone)]
struct OfTemplate {
    version: Version,
    template: LaunchTemplate,
}

impl OfTemplate {
    /// A launch parameter as a filter sees it.
    fn parameter(&self, pointer: &str) -> Vec<String> {
        maybe(self.version.data.pointer(pointer).map(text))
    }

    /// A launch parameter of each element of a list.
    fn each(&self, list: &str, member: &str) -> Vec<String> {
        let elements = self.version.data[list].as_array().into_iter().flatten();
        many(elements.map(|element| &element[member]).filter(|value| !value.is_null()).map(text))
    }
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

impl Described for OfTemplate {
    const FILTERS: Filters<Self> = &[
        ("create-time", |found, call| one(timestamp(call.epoch + found.version.created_at))),
        ("ebs-optimized", |found, _| found.parameter("/EbsOptimized")),
        ("host-resource-group-arn", |found, _| found.parameter("/Placement/HostResourceGroupArn")),
        ("http-endpoint", |found, _| found.parameter("/MetadataOptions/HttpEndpoint")),
        // There is no such launch parameter any more.
        ("http-protocol-ipv4", |_, _| Vec::new()),
        ("http-tokens", |found, _| found.parameter("/MetadataOptions/HttpTokens")),
        ("iam-instance-profile", |found, _| found.parameter("/IamInstanceProfile/Arn")),
        ("image-id", |found, _| found.parameter("/ImageId")),
        ("instance-type", |found, _| found.parameter("/InstanceType")),
        ("is-default-version", |found, _| one(found.version.number == found.template.default_version)),
        ("kernel-id", |found, _| found.parameter("/KernelId")),
        ("license-configuration-arn", |found, _| found.each("LicenseSpecifications", "LicenseConfigurationArn")),
        ("network-card-index", |found, _| found.each("NetworkInterfaces", "NetworkCardIndex")),
        ("ram-disk-id", |found, _| found.parameter("/RamDiskId")),
    ];
    const TAG_FILTERS: &'static [&'static str] = &[];

    fn tags(&self) -> &Tags {
        &NO_TAGS
    }

    fn show(&self, call: &Call<'_>) -> Value {
        self.version.show(&self.template, call)
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct DescribeLaunchTemplateVersions {
    launch_template_id: Option<String>,
    launch_template_name: Option<String>,
    #[serde(default)]
    versions: Vec<String>,
    min_version: Option<String>,
    max_version: Option<String>,
    #[serde(default)]
    filters: Value,
    max_results: Option<i64>,
    #[serde(rename = "NextToken")]
    _next_token: Option<String>,
    resolve_alias: Option<bool>,
    /// All are the account's own.
    #[serde(rename = "IncludeManagedResources")]
    _include_managed_resources: Option<bool>,
}

pub(super) fn describe_launch_template_versions(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let args: DescribeLaunchTemplateVersions = parameters(call)?;
    // The model gives no range here; the documentation does.
    if let Some(size) = args.max_results.filter(|size| !(1..=200).contains(size)) {
        let message = format!("Value ( {size} ) for parameter maxResults is invalid. Expecting a value from 1 to 200.");
        return refuse("InvalidParameterValue", message);
    }
    let all = args.asked(call)?;
    let found = matching(call, all.iter(), &args.filters)?;
    check_aliases(&found, args.resolve_alias)?;
    let (shown, next) = page(&call.input, PAGING, found)?;
    let shown: Vec<Value> = shown.into_iter().map(|found| found.show(call)).collect();
    Ok(json!({ "LaunchTemplateVersions": shown, "NextToken": next }))
}

/// The emulator has no parameters of Systems Manager to look up.
fn check_aliases(found: &[&OfTemplate], resolve: Option<bool>) -> Result<(), ApiError> {
    let is_alias = |found: &&OfTemplate| {
        found.version.data["ImageId"].as_str().is_some_and(|image| image.starts_with("resolve:ssm:"))
    };
    match resolve {
        Some(true) if found.iter().any(is_alias) => Err(unsupported("ResolveAlias")),
        _ => Ok(()),
    }
}

impl DescribeLaunchTemplateVersions {
    /// The versions that are asked for, the newest first.
    fn asked(&self, call: &Call<'_>) -> Result<Vec<OfTemplate>, ApiError> {
        let named = Named { id: self.launch_template_id.as_deref(), name: self.launch_template_name.as_deref() };
        let ranged = self.min_version.is_some() || self.max_version.is_some();
        if ranged && !self.versions.is_empty() {
            let message = "The parameter versions cannot be used with minVersion and maxVersion";
            return refuse("InvalidParameterCombination", message);
        }
        if named.id.is_none() && named.name.is_none() {
            return self.of_all(call);
        }
        let template = call.network().existing_launch_template(named)?;
        let mut found = if self.versions.is_empty() {
            let (min, max) = self.range()?;
            template.versions.values().filter(|version| (min..=max).contains(&version.number)).collect()
        } else {
            self.versions.iter().map(|text| template.version(text)).collect::<Result<Vec<_>, _>>()?
        };
        found.sort_by_key(|version| std::cmp::Reverse(version.number));
        found.dedup_by_key(|version| version.number);
        Ok(found.into_iter().map(|version| of(template, version)).collect())
    }

    fn range(&self) -> Result<(u64, u64), ApiError> {
        let min = self.min_version.as_deref().map_or(Ok(1), version_number)?;
        let max = self.max_version.as_deref().map_or(Ok(u64::MAX), version_number)?;
        Ok((min, max))
    }

    /// "To describe all launch templates in your account that are defined as the latest version, the valid value is
    /// `$Latest` … You cannot specify numbers."
    fn of_all(&self, call: &Call<'_>) -> Result<Vec<OfTemplate>, ApiError> {
        let special = |text: &String| text == "$Latest" || text == "$Default";
        if self.versions.is_empty() || !self.versions.iter().all(special) {
            let message = "The request must contain launchTemplateId or launchTemplateName, or the versions $Latest or \
                           $Default";
            return refuse("MissingParameter", message);
        }
        let mut all = Vec::new();
        for template in call.network().launch_templates.values() {
            let mut found = self.versions.iter().map(|text| template.version(text)).collect::<Result<Vec<_>, _>>()?;
            found.sort_by_key(|version| std::cmp::Reverse(version.number));
            found.dedup_by_key(|version| version.number);
            all.extend(found.into_iter().map(|version| of(template, version)));
        }
        Ok(all)
    }
}

fn of(template: &LaunchTemplate, version: &Version) -> OfTemplate {
    OfTemplate { version: version.clone(), template: template.clone() }
}
