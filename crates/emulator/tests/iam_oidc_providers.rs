//! OpenID Connect providers: their life, and what IAM refuses.

mod aws;
mod refusals;

use aws::{ACCOUNT, Aws, all, xml};
use refusals::check_iam;

const ISSUER: &str = "oidc.eks.eu-west-1.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF";
const THUMBPRINT: &str = "9e99a48a9960b14926bb7f3b02e22da2b0ab7280";

fn iam(aws: &Aws, action: &str, parameters: &[(&str, &str)]) -> String {
    aws::granted(action, aws.iam(action, parameters))
}

fn arn(rest: &str) -> String {
    format!("arn:aws:iam::{ACCOUNT}:oidc-provider/{rest}")
}

fn create(aws: &Aws, rest: &str, more: &[(&str, &str)]) -> String {
    let url = format!("https://{rest}");
    let parameters = [&[("Url", url.as_str()), ("ClientIDList.member.1", "sts.amazonaws.com")], more].concat();
    xml(&iam(aws, "CreateOpenIDConnectProvider", &parameters), "OpenIDConnectProviderArn").expect("an ARN")
}

fn get(aws: &Aws, arn: &str) -> String {
    iam(aws, "GetOpenIDConnectProvider", &[("OpenIDConnectProviderArn", arn)])
}

/// The members of the list called `name`.
fn members(answer: &str, name: &str) -> Vec<String> {
    all(&xml(answer, name).unwrap_or_default(), "member")
}

#[test]
fn a_provider_is_read_back_as_it_was_written() {
    let aws = Aws::new();
    let tags = [("Tags.member.1.Key", "stack"), ("Tags.member.1.Value", "dev")];
    let made = create(&aws, ISSUER, &tags);
    assert_eq!(made, arn(ISSUER));
    let read = get(&aws, &made);
    assert_eq!(xml(&read, "Url").as_deref(), Some(ISSUER), "without https://");
    assert_eq!(members(&read, "ClientIDList"), ["sts.amazonaws.com"]);
    assert_eq!((all(&read, "Key"), all(&read, "Value")), (vec!["stack".to_owned()], vec!["dev".to_owned()]));
    assert_eq!(xml(&read, "CreateDate").as_deref(), Some("2026-01-01T00:00:00.000Z"));
    let thumbprints = members(&read, "ThumbprintList");
    assert_eq!((thumbprints.len(), thumbprints[0].len()), (1, 40), "IAM has retrieved one");
    let list = iam(&aws, "ListOpenIDConnectProviders", &[]);
    assert_eq!(all(&list, "Arn"), [made.as_str()]);
    iam(&aws, "DeleteOpenIDConnectProvider", &[("OpenIDConnectProviderArn", &made)]);
    assert_eq!(all(&iam(&aws, "ListOpenIDConnectProviders", &[]), "Arn"), [""; 0]);
    iam(&aws, "DeleteOpenIDConnectProvider", &[("OpenIDConnectProviderArn", &made)]);
}

#[test]
fn client_ids_and_thumbprints_change_in_place() {
    let aws = Aws::new();
    let made = create(&aws, "token.actions.githubusercontent.com", &[("ThumbprintList.member.1", THUMBPRINT)]);
    let named = ("OpenIDConnectProviderArn", made.as_str());
    assert_eq!(members(&get(&aws, &made), "ThumbprintList"), [THUMBPRINT]);
    for _ in 0..2 {
        iam(&aws, "AddClientIDToOpenIDConnectProvider", &[named, ("ClientID", "other")]);
    }
    assert_eq!(members(&get(&aws, &made), "ClientIDList"), ["sts.amazonaws.com", "other"]);
    for _ in 0..2 {
        iam(&aws, "RemoveClientIDFromOpenIDConnectProvider", &[named, ("ClientID", "sts.amazonaws.com")]);
    }
    assert_eq!(members(&get(&aws, &made), "ClientIDList"), ["other"]);
    let other = "a".repeat(40);
    iam(&aws, "UpdateOpenIDConnectProviderThumbprint", &[named, ("ThumbprintList.member.1", &other)]);
    assert_eq!(members(&get(&aws, &made), "ThumbprintList"), [other]);
    let tag = [named, ("Tags.member.1.Key", "a"), ("Tags.member.1.Value", "b")];
    iam(&aws, "TagOpenIDConnectProvider", &tag);
    assert_eq!(all(&iam(&aws, "ListOpenIDConnectProviderTags", &[named]), "Key"), ["a"]);
    iam(&aws, "UntagOpenIDConnectProvider", &[named, ("TagKeys.member.1", "a")]);
    assert_eq!(all(&get(&aws, &made), "Key"), [""; 0]);
}

#[test]
fn the_issuer_of_every_region_and_account_is_another_provider() {
    let aws = Aws::new();
    let elsewhere = Aws { region: "us-east-1".into(), ..aws.clone() };
    let other = Aws { account: "444455556666".into(), ..aws.clone() };
    let made = create(&aws, ISSUER, &[]);
    assert_eq!(get(&elsewhere, &made).len(), get(&aws, &made).len(), "IAM is the same in every Region");
    assert_eq!(create(&other, ISSUER, &[]), made.replace(ACCOUNT, "444455556666"));
    iam(&other, "DeleteOpenIDConnectProvider", &[("OpenIDConnectProviderArn", &made)]);
    assert_eq!(members(&get(&aws, &made), "ClientIDList"), ["sts.amazonaws.com"], "it is not the other's");
}

#[test]
fn roles_trust_providers_whether_they_are_there_or_not() {
    let aws = Aws::new();
    let trust = |provider: &str| {
        format!(
            r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Principal":{{"Federated":"{provider}"}},
            "Action":"sts:AssumeRoleWithWebIdentity","Condition":{{"StringEquals":{{
            "{ISSUER}:sub":"system:serviceaccount:a:b","{ISSUER}:aud":"sts.amazonaws.com"}}}}}}]}}"#
        )
    };
    let made = create(&aws, ISSUER, &[]);
    for (name, provider) in [("there", made.as_str()), ("absent", &arn("gitlab.com"))] {
        iam(&aws, "CreateRole", &[("RoleName", name), ("AssumeRolePolicyDocument", &trust(provider))]);
    }
    iam(&aws, "DeleteOpenIDConnectProvider", &[("OpenIDConnectProviderArn", &made)]);
    let role = xml(&iam(&aws, "GetRole", &[("RoleName", "there")]), "AssumeRolePolicyDocument").expect("a document");
    assert!(role.contains("oidc-provider"), "the role goes on to name it: {role}");
}

#[test]
fn what_is_refused() {
    let aws = Aws::new();
    let made = create(&aws, "a.com", &[]);
    for number in 1..100 {
        let id = format!("client{number}");
        let parameters = [("OpenIDConnectProviderArn", made.as_str()), ("ClientID", &id)];
        iam(&aws, "AddClientIDToOpenIDConnectProvider", &parameters);
    }
    let table = "
        no URL | CreateOpenIDConnectProvider Url= | 400 ValidationError 1 validation error detected: Value '' at 'url'
        a long URL | $CREATE$LONG | 400 ValidationError 1 validation error detected
        another scheme | CreateOpenIDConnectProvider Url=http://b.com | 400 ValidationError Invalid Open ID Connect Provider
        no scheme | CreateOpenIDConnectProvider Url=b.com | 400 ValidationError Invalid Open ID Connect Provider URL
        a port | $CREATEb.com:8443 | 400 ValidationError Invalid Open ID Connect Provider URL
        a query | $CREATEb.com?a=b | 400 ValidationError Invalid Open ID Connect Provider URL
        nobody there | $CREATEidp.internal | 400 OpenIdIdpCommunicationError Please check if the provider URL
        it is there | $CREATEa.com | 409 EntityAlreadyExists Provider with url https://a.com already exists.
        a short thumbprint | $CREATEb.com & ThumbprintList.member.1=abc | 400 ValidationError 1 validation error detected
        a thumbprint of words | $CREATEb.com & ThumbprintList.member.1=$WORDS | 400 InvalidInput Thumbprint zzz
        six thumbprints | $CREATEb.com$SIX | 400 InvalidInput Thumbprint list must contain at most 5 entries.
        six thumbprints later | UpdateOpenIDConnectProviderThumbprint $A$SIX | 400 InvalidInput Thumbprint list must
        no thumbprints | UpdateOpenIDConnectProviderThumbprint $A & ThumbprintList= | 400 InvalidInput Thumbprint list
        a tag twice | $CREATEb.com$TWICE | 400 InvalidInput Duplicate tag keys found.
        a tag of AWS | TagOpenIDConnectProvider $A & Tags.member.1.Key=aws:x & Tags.member.1.Value= | 400 InvalidInput Tag keys
        the 101st client id | AddClientIDToOpenIDConnectProvider $A & ClientID=b | 409 LimitExceeded Cannot exceed quota for ClientIds
        101 client ids | $CREATEb.com$CLIENTS | 409 LimitExceeded Cannot exceed quota for ClientIdsPerOpenIdConnectProvider: 100
        get what is not there | GetOpenIDConnectProvider $B | $NOBODY
        add to it | AddClientIDToOpenIDConnectProvider $B & ClientID=a | $NOBODY
        remove from it | RemoveClientIDFromOpenIDConnectProvider $B & ClientID=a | $NOBODY
        tag it | TagOpenIDConnectProvider $B & Tags.member.1.Key=a & Tags.member.1.Value= | $NOBODY
        untag it | UntagOpenIDConnectProvider $B & TagKeys.member.1=a | $NOBODY
        list its tags | ListOpenIDConnectProviderTags $B | $NOBODY
        update it | UpdateOpenIDConnectProviderThumbprint $B & ThumbprintList.member.1=$HEX | $NOBODY
        the ARN of a role | GetOpenIDConnectProvider OpenIDConnectProviderArn=arn:aws:iam::$ACCOUNT:role/a | 400 InvalidInput
        an ARN that is none | DeleteOpenIDConnectProvider OpenIDConnectProviderArn=https://a.com/abcdefg | 400 InvalidInput
    ";
    let six: String = (1..=6).map(|number| format!(" & ThumbprintList.member.{number}={THUMBPRINT}")).collect();
    let clients: String = (1..=101).map(|number| format!(" & ClientIDList.member.{number}=c{number}")).collect();
    let named = |rest: &str| format!("OpenIDConnectProviderArn={}", arn(rest));
    let words = [
        ("$ACCOUNT", ACCOUNT),
        ("$A", &named("a.com")),
        ("$B", &named("b.com")),
        ("$CLIENTS", &clients),
        ("$CREATE", "CreateOpenIDConnectProvider Url=https://"),
        ("$HEX", THUMBPRINT),
        ("$LONG", &"x".repeat(250)),
        (
            "$NOBODY",
            "404 NoSuchEntity OpenIDConnect Provider not found for arn arn:aws:iam::111122223333:oidc-provider/b.com",
        ),
        ("$SIX", &six),
        ("$TWICE", " & Tags.member.1.Key=a & Tags.member.1.Value= & Tags.member.2.Key=A & Tags.member.2.Value="),
        ("$WORDS", &"z".repeat(40)),
    ];
    check_iam(&aws, table, &words);
}

#[test]
fn the_provider_after_the_hundredth() {
    let aws = Aws::new();
    for number in 0..100 {
        create(&aws, &format!("idp{number}.com"), &[]);
    }
    let refusal =
        "one more | CreateOpenIDConnectProvider Url=https://a.com | 409 LimitExceeded Cannot exceed quota for OpenId";
    check_iam(&aws, refusal, &[]);
}
