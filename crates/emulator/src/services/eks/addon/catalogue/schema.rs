//! What the configuration values of an add-on may be.

use serde_json::Value;

use super::Published;

/// JSON schemas by the names of the add-ons. AWS has one for every version; here all of an add-on's have the same.
const SCHEMAS: &[(&str, &str)] = &[
    ("adot", include_str!("schemas/adot.json")),
    ("amazon-cloudwatch-observability", include_str!("schemas/amazon-cloudwatch-observability.json")),
    ("aws-ebs-csi-driver", include_str!("schemas/aws-ebs-csi-driver.json")),
    ("aws-efs-csi-driver", include_str!("schemas/aws-efs-csi-driver.json")),
    ("aws-guardduty-agent", include_str!("schemas/aws-guardduty-agent.json")),
    ("aws-mountpoint-s3-csi-driver", include_str!("schemas/aws-mountpoint-s3-csi-driver.json")),
    ("cert-manager", include_str!("schemas/cert-manager.json")),
    ("coredns", include_str!("schemas/coredns.json")),
    ("eks-node-monitoring-agent", include_str!("schemas/eks-node-monitoring-agent.json")),
    ("eks-pod-identity-agent", include_str!("schemas/eks-pod-identity-agent.json")),
    ("external-dns", include_str!("schemas/external-dns.json")),
    ("kube-proxy", include_str!("schemas/kube-proxy.json")),
    ("kube-state-metrics", include_str!("schemas/kube-state-metrics.json")),
    ("metrics-server", include_str!("schemas/metrics-server.json")),
    ("prometheus-node-exporter", include_str!("schemas/prometheus-node-exporter.json")),
    ("snapshot-controller", include_str!("schemas/snapshot-controller.json")),
    ("vpc-cni", include_str!("schemas/vpc-cni.json")),
];

/// Configuration values, which are JSON or YAML.
pub(in crate::services::eks::addon) fn read(values: &str) -> Result<Value, String> {
    let read = serde_json::from_str(values).or_else(|_| serde_saphyr::from_str::<Value>(values));
    match read {
        Ok(value) if value.is_object() => Ok(value),
        Ok(_) => Err("[$: object expected]".to_owned()),
        Err(_) => Err("[$: neither JSON nor YAML]".to_owned()),
    }
}

impl Published {
    /// As text, on one line.
    pub(super) fn schema(&self) -> &'static str {
        let found = SCHEMAS.iter().find(|(name, _)| *name == self.name);
        found.map_or("{}", |(_, schema)| schema.trim_end())
    }

    /// What is wrong with configuration values, in the words of AWS's answers as far as they are known.
    pub(in crate::services::eks::addon) fn check_values(&self, values: &str) -> Result<(), String> {
        let values = read(values)?;
        let schema: Value = serde_json::from_str(self.schema()).map_err(|error| error.to_string())?;
        let validator = jsonschema::validator_for(&schema).map_err(|error| error.to_string())?;
        let problem = |error: jsonschema::ValidationError<'_>| {
            let path = error.instance_path().to_string().replace('/', ".");
            format!("${path}: {error}")
        };
        let problems: Vec<String> = validator.iter_errors(&values).map(problem).collect();
        if problems.is_empty() { Ok(()) } else { Err(format!("[{}]", problems.join(", "))) }
    }
}

#[cfg(test)]
mod tests {
    use super::super::find;

    #[test]
    fn values_are_json_or_yaml_and_as_the_schema_says() {
        let check = |name: &str, values: &str| find(name).expect("an add-on").check_values(values);
        assert_eq!(check("vpc-cni", r#"{"env":{"ENABLE_PREFIX_DELEGATION":"true"}}"#), Ok(()));
        assert_eq!(check("vpc-cni", "env:\n  ENABLE_PREFIX_DELEGATION: \"true\"\n"), Ok(()));
        assert_eq!(check("coredns", r#"{"replicaCount":3,"autoScaling":{"enabled":true}}"#), Ok(()));
        for (name, values, wrong) in [
            ("vpc-cni", r#"{"env":{"ENABLE_PREFIX_DELEGATION":true}}"#, "$.env.ENABLE_PREFIX_DELEGATION: "),
            ("vpc-cni", r#"{"env":{"WARM_POOL":"1"}}"#, "$.env: Additional properties are not allowed ('WARM_POOL'"),
            ("coredns", "replicaCount: three", "$.replicaCount: "),
            ("coredns", r#"{"autoScaling":{}}"#, "$.autoScaling: \"enabled\" is a required property"),
            ("coredns", "[]", "$: object expected"),
            ("coredns", "{", "$: neither JSON nor YAML"),
        ] {
            let refused = check(name, values).expect_err("refused");
            assert!(refused.starts_with(&format!("[{wrong}")), "{values}: {refused}");
        }
    }
}
