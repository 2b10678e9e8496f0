//! Launch templates of node groups: EKS launches nodes with a copy of the version that the group has.
//!
//! Source: "Customize managed nodes with launch templates".

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::call::Call;
use crate::error::ApiError;
use crate::services::ec2::{Ec2, Named};
use crate::services::eks::health::Issue;
use crate::services::eks::{invalid, passed_on};

/// How a request names a version of a launch template.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Specification {
    id: Option<String>,
    name: Option<String>,
    version: Option<String>,
}

/// The version of a launch template that nodes are launched with.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(in crate::services::eks) struct LaunchTemplate {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) version: u64,
    /// The launch parameters, as they were when the group got the version.
    data: Value,
}

impl Specification {
    /// The version that is meant, now: "If no version is specified, then the template's default version is used."
    pub(super) fn resolve(&self, call: &Call<'_>) -> Result<LaunchTemplate, ApiError> {
        let named = match (self.id.as_deref(), self.name.as_deref()) {
            (None, None) => {
                return invalid("You must specify either the launch template ID or the launch template name");
            }
            (Some(_), Some(_)) => {
                let message =
                    "You must specify either the launch template ID or the launch template name, but not both";
                return invalid(message);
            }
            (id, name) => Named { id, name },
        };
        let passed_on = |error: ApiError| passed_on("AmazonEC2", 400, &error);
        let template = call.network().existing_launch_template(named).map_err(passed_on)?;
        let version = template.version(self.version.as_deref().unwrap_or("$Default")).map_err(passed_on)?;
        let (id, name, data) = (template.id.clone(), template.name.clone(), version.data.clone());
        Ok(LaunchTemplate { id, name, version: version.number, data })
    }
}

impl LaunchTemplate {
    pub(super) fn show(&self) -> Value {
        json!({ "id": self.id, "name": self.name, "version": self.version.to_string() })
    }

    /// The AMI, if it is one of the account's own choice.
    pub(super) fn image(&self) -> Option<&str> {
        self.data["ImageId"].as_str()
    }

    pub(super) fn instance_type(&self) -> Option<&str> {
        self.data["InstanceType"].as_str()
    }

    /// Whether it has capacity blocks bought for it.
    pub(super) fn has_capacity_blocks(&self) -> bool {
        self.data["InstanceMarketOptions"]["MarketType"] == "capacity-block"
    }

    /// The security groups of the nodes: "Amazon EKS doesn't add the cluster security group" to them.
    pub(super) fn security_groups(&self) -> Vec<String> {
        let interfaces = self.data["NetworkInterfaces"].as_array().into_iter().flatten();
        let groups = interfaces.map(|interface| &interface["Groups"]).chain([&self.data["SecurityGroupIds"]]);
        let ids = groups.filter_map(Value::as_array).flatten();
        ids.filter_map(Value::as_str).map(str::to_owned).collect()
    }

    /// Whether nodes know what cluster they are of: with an AMI of one's own, only the user data tell them.
    pub(super) fn bootstraps(&self) -> bool {
        self.image().is_none() || !self.data["UserData"].is_null()
    }

    /// Refuses what EKS prohibits in launch templates, and groups that are not in the cluster's VPC.
    pub(super) fn check(&self, call: &Call<'_>, vpc_id: &str) -> Result<(), ApiError> {
        self.check_prohibited()?;
        for id in self.security_groups() {
            let found = call.network().existing_security_group(&id);
            let group = found.map_err(|error| passed_on("AmazonEC2", 400, &error))?;
            if group.vpc_id != vpc_id {
                return invalid(format!("The security group {id} is not in the VPC {vpc_id} of the cluster"));
            }
        }
        Ok(())
    }

    fn check_prohibited(&self) -> Result<(), ApiError> {
        let data = &self.data;
        let mut interfaces = data["NetworkInterfaces"].as_array().into_iter().flatten();
        let prohibited = [
            ("a subnet", interfaces.any(|interface| !interface["SubnetId"].is_null())),
            ("an IAM instance profile", !data["IamInstanceProfile"].is_null()),
            ("a shutdown behavior", !data["InstanceInitiatedShutdownBehavior"].is_null()),
            ("a hibernation behavior", !data["HibernationOptions"].is_null()),
            ("a request for Spot Instances", data["InstanceMarketOptions"]["MarketType"] == "spot"),
        ];
        match prohibited.iter().find(|(_, is_there)| *is_there) {
            Some((what, _)) => invalid(format!(
                "The launch template {} should not specify {what}: it is part of the node group, not of the template",
                self.id
            )),
            None => Ok(()),
        }
    }

    /// Amazon Linux merges the user data with EKS's own, for which they "must be in the MIME multi-part archive
    /// format".
    pub(super) fn check_user_data(&self) -> Result<(), ApiError> {
        let Some(text) = self.data["UserData"].as_str().filter(|text| !text.is_empty()) else { return Ok(()) };
        let bytes = STANDARD.decode(text).unwrap_or_default();
        let text = String::from_utf8_lossy(&bytes).to_ascii_lowercase();
        let is_multipart = text.lines().any(|line| line.starts_with("content-type: multipart/"));
        if is_multipart { Ok(()) } else { invalid("User data was not in the MIME multipart format.") }
    }

    /// What is wrong with a group whose template is gone.
    pub(super) fn missing(&self, ec2: &Ec2) -> Option<Issue> {
        let named = Named { id: Some(&self.id), name: None };
        let found = ec2.existing_launch_template(named).and_then(|found| found.version(&self.version.to_string()));
        let message = "We couldn't find the Amazon EC2 launch template for your managed node group. You can recreate a \
                       launch template with the same settings to recover.";
        found.is_err().then(|| Issue::new("Ec2LaunchTemplateNotFound", message, vec![self.id.clone()]))
    }
}
