use eksctl_rs_core::Tags;

use super::maker::{Maker, of_tags};

fn maker(tags: &[(&str, &str)]) -> Maker {
    let tags: Tags = tags.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
    of_tags(&tags, &["dev".to_owned()])
}

#[test]
fn tags_tell_who_has_made_it() {
    assert_eq!(maker(&[]), Maker::Unknown);
    assert_eq!(maker(&[("eksctl-rs.io/stack", "dev.eu-west-1")]), Maker::Stack);
    assert_eq!(maker(&[("eks:nodegroup-name", "a"), ("kubernetes.io/cluster/dev", "owned")]), Maker::Eks);
    let karpenter = [("karpenter.sh/nodepool", "default"), ("kubernetes.io/cluster/dev", "owned")];
    assert_eq!(maker(&karpenter), Maker::Controller("Karpenter"));
    let of_controller = maker(&[("elbv2.k8s.aws/cluster", "dev")]);
    assert_eq!(of_controller, Maker::Controller("the AWS Load Balancer Controller"));
}

#[test]
fn what_is_another_cluster_s_is_not_ours() {
    assert_eq!(maker(&[("elbv2.k8s.aws/cluster", "prod")]), Maker::Unknown);
    assert_eq!(maker(&[("kubernetes.io/cluster/prod", "owned")]), Maker::Unknown);
    assert_eq!(maker(&[("kubernetes.io/cluster/dev", "shared")]), Maker::Unknown);
}
