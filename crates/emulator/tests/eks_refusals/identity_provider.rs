//! Identity providers.

use serde_json::json;

use super::{Account, account, check, pass};

/// The usual account; `api` has the provider `people`, and `dev` is about to get it.
async fn furnished() -> Account {
    let account = account().await;
    account.ok("AssociateIdentityProviderConfig", json!({ "clusterName": "api" }));
    pass(1501).await;
    account.ok("AssociateIdentityProviderConfig", json!({ "clientRequestToken": "once" }));
    account.settle();
    account
}

#[tokio::test(start_paused = true)]
async fn names_issuers_and_prefixes() {
    let table = r#"
        no such cluster | AssociateIdentityProviderConfig {"clusterName":"nothing"} | $NONE No cluster found for name: nothing
        a second one | $NEW"clientId":"b"}} | $USE An identity provider config is already associated with cluster api
        while another comes | AssociateIdentityProviderConfig {} | $USE Cannot AssociateIdentityProviderConfig because cluster dev
        taking it away meanwhile | DisassociateIdentityProviderConfig {} | $USE Cannot DisassociateIdentityProviderConfig because
        deleting meanwhile | DeleteCluster {} | $USE Cannot delete because cluster dev currently has an update in progress
        a name with a dot | $NEW"identityProviderConfigName":"a.b"}} | $PARAMETER The identity provider config name "a.b" is invalid
        without TLS | $NEW"issuerUrl":"http://example.com"}} | $PARAMETER The issuerUrl http://example.com is invalid
        with a query | $NEW"issuerUrl":"https://example.com?a=b"}} | $PARAMETER The issuerUrl https://example.com?a=b is invalid
        the cluster's own | $NEW"issuerUrl":"$ISSUER"}} | $PARAMETER The issuerUrl must not be the OpenID Connect issuer of the cluster
        no audience | $NEW"clientId":""}} | $PARAMETER The clientId must not be empty
        a prefix of Kubernetes | $NEW"usernamePrefix":"system:"}} | $PARAMETER The usernamePrefix can't contain system:
        another one | $NEW"groupsPrefix":"a:system:"}} | $PARAMETER The groupsPrefix can't contain system:
        a long claim | $NEW"requiredClaims":{"$LONG":"a"}}} | $PARAMETER 1 validation error
        a tag of AWS | AssociateIdentityProviderConfig {"clusterName":"upgraded","tags":{"aws:a":"b"}} | $PARAMETER Tag keys starting
        another type | DescribeIdentityProviderConfig {"identityProviderConfig":{"type":"saml"}} | $PARAMETER Invalid identity provider
        none to read | $NONE_HERE | $NONE No identity provider config found with name people in cluster upgraded
        none to take away | DisassociateIdentityProviderConfig {"clusterName":"upgraded"} | $NONE No identity provider config found
        a token for something else | AssociateIdentityProviderConfig {"oidc":{"clientId":"b"},"clientRequestToken":"once"} | $PARAMETER The
    "#;
    let account = furnished().await;
    let issuer = account.cluster("api")["identity"]["oidc"]["issuer"].as_str().expect("an issuer").to_owned();
    let words = [
        ("$ISSUER", issuer.as_str()),
        ("$LONG", &"x".repeat(64)),
        ("$NEW", r#"AssociateIdentityProviderConfig {"clusterName":"api","oidc":{"#),
        ("$NONE_HERE", r#"DescribeIdentityProviderConfig {"clusterName":"upgraded"}"#),
    ];
    check(&account, table, &words);
}
