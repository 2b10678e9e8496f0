//! The add-ons that there are.

use serde_json::{Value, json};

use crate::eks::{Account, text};

fn versions(account: &Account, input: Value) -> Vec<Value> {
    account.ok("DescribeAddonVersions", input)["addons"].as_array().expect("add-ons").clone()
}

fn names(addons: &[Value]) -> Vec<String> {
    addons.iter().map(|addon| text(&addon["addonName"])).collect()
}

/// The version that a cluster of a Kubernetes version gets.
fn default(account: &Account, name: &str, kubernetes: &str) -> String {
    let found = versions(account, json!({ "addonName": name, "kubernetesVersion": kubernetes }));
    let mut all = found[0]["addonVersions"].as_array().expect("versions").iter();
    let default = all.find(|one| one["compatibilities"][0]["defaultVersion"] == true).expect("a default");
    assert_eq!(default["compatibilities"].as_array().map(Vec::len), Some(1), "only of what was asked");
    text(&default["addonVersion"])
}

#[test]
fn versions_are_for_versions_of_kubernetes() {
    let account = Account::instant();
    assert_eq!(default(&account, "kube-proxy", "1.35"), "v1.35.2-eksbuild.2");
    assert_eq!(default(&account, "kube-proxy", "1.34"), "v1.34.8-eksbuild.2");
    assert_eq!(default(&account, "coredns", "1.34"), "v1.12.4-eksbuild.1");
    assert_eq!(default(&account, "vpc-cni", "1.36"), "v1.21.1-eksbuild.3");
    let all = versions(&account, json!({ "addonName": "kube-proxy" }));
    let one = all[0]["addonVersions"].as_array().expect("versions").iter();
    let one = one.clone().find(|one| one["addonVersion"] == "v1.34.8-eksbuild.2").expect("the version");
    let fits: Vec<&str> = one["compatibilities"]
        .as_array()
        .expect("a list")
        .iter()
        .flat_map(|fit| fit["clusterVersion"].as_str())
        .collect();
    assert_eq!(fits, ["1.36", "1.35", "1.34"], "an older proxy is well with a newer control plane");
    assert_eq!(versions(&account, json!({ "kubernetesVersion": "1.12" })), [""; 0]);
    assert_eq!(versions(&account, json!({ "addonName": "nothing" })), [""; 0]);
}

#[test]
fn lists_are_filtered_and_come_in_pages() {
    let account = Account::instant();
    let all = names(&versions(&account, json!({})));
    assert_eq!(all.len(), 17);
    let storage = ["aws-ebs-csi-driver", "aws-efs-csi-driver", "aws-mountpoint-s3-csi-driver", "snapshot-controller"];
    assert_eq!(names(&versions(&account, json!({ "types": ["storage"] }))), storage);
    let community = names(&versions(&account, json!({ "owners": ["community"], "types": ["security"] })));
    assert_eq!(community, ["cert-manager"]);
    let mut seen = Vec::new();
    let mut input = json!({ "maxResults": 10 });
    loop {
        let page = account.ok("DescribeAddonVersions", input.clone());
        seen.extend(names(page["addons"].as_array().expect("add-ons")));
        match page["nextToken"].as_str() {
            Some(token) => input["nextToken"] = token.into(),
            None => break,
        }
    }
    assert_eq!(seen, all);
}

#[test]
fn the_configuration_is_told_as_a_schema_with_service_accounts() {
    let account = Account::instant();
    let told = account.ok("DescribeAddonConfiguration", json!({}));
    let schema: Value = serde_json::from_str(&text(&told["configurationSchema"])).expect("JSON");
    assert_eq!(schema["definitions"]["Env"]["properties"]["ENABLE_PREFIX_DELEGATION"]["type"], "string");
    let cni = json!([{
        "serviceAccount": "aws-node",
        "recommendedManagedPolicies": ["arn:aws:iam::aws:policy/AmazonEKS_CNI_Policy"],
    }]);
    assert_eq!(told["podIdentityConfiguration"], cni);
    let proxy = json!({ "addonName": "kube-proxy", "addonVersion": "v1.35.2-eksbuild.2" });
    assert_eq!(account.ok("DescribeAddonConfiguration", proxy).get("podIdentityConfiguration"), None);
}

#[test]
fn what_is_recommended_is_there() {
    let account = Account::instant();
    for addon in versions(&account, json!({})) {
        let newest = &addon["addonVersions"][0];
        let asked = json!({ "addonName": addon["addonName"], "addonVersion": newest["addonVersion"] });
        let told = account.ok("DescribeAddonConfiguration", asked);
        let suggestions = told["podIdentityConfiguration"].as_array().cloned().unwrap_or_default();
        assert_eq!(newest["requiresIamPermissions"], !suggestions.is_empty(), "{}", addon["addonName"]);
        for policy in suggestions.iter().flat_map(|one| one["recommendedManagedPolicies"].as_array().expect("policies"))
        {
            account.iam("GetPolicy", &[("PolicyArn", &text(policy))]);
        }
    }
}
