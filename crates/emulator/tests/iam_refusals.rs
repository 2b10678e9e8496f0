//! What IAM refuses, with its own codes. A refused call changes nothing.

mod aws;

use aws::{ACCOUNT, Aws, Refused};

const TRUST: &str = concat!(
    r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","#,
    r#""Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#
);
const READ: &str =
    r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}]}"#;
/// As many policies as a role can have.
const TEN: [&str; 10] = [
    "AmazonEC2ContainerRegistryPullOnly",
    "AmazonEC2ContainerRegistryReadOnly",
    "AmazonEKSClusterPolicy",
    "AmazonEKSVPCResourceController",
    "AmazonEKSWorkerNodeMinimalPolicy",
    "AmazonEKSWorkerNodePolicy",
    "AmazonSSMManagedInstanceCore",
    "CloudWatchAgentServerPolicy",
    "job-function/ViewOnlyAccess",
    "service-role/AmazonEBSCSIDriverPolicy",
];

/// An account with a role in each state that stands in the way of something.
fn account() -> Aws {
    let aws = Aws::new();
    let granted = |action: &str, parameters: &[(&str, &str)]| {
        aws::granted(action, aws.iam(action, parameters));
    };
    for name in ["attached", "inline", "plain", "profiled", "tagged"] {
        granted("CreateRole", &[("RoleName", name), ("AssumeRolePolicyDocument", TRUST)]);
    }
    for policy in TEN {
        let arn = format!("arn:aws:iam::aws:policy/{policy}");
        granted("AttachRolePolicy", &[("RoleName", "attached"), ("PolicyArn", &arn)]);
    }
    granted("PutRolePolicy", &[("RoleName", "inline"), ("PolicyName", "read"), ("PolicyDocument", READ)]);
    granted("CreateInstanceProfile", &[("InstanceProfileName", "profile")]);
    granted("AddRoleToInstanceProfile", &[("InstanceProfileName", "profile"), ("RoleName", "profiled")]);
    granted("CreateServiceLinkedRole", &[("AWSServiceName", "eks.amazonaws.com")]);
    for number in 0..50 {
        let key = format!("key{number}");
        granted("TagRole", &[("RoleName", "tagged"), ("Tags.member.1.Key", &key), ("Tags.member.1.Value", "")]);
    }
    aws
}

/// Everything that can be read of the account.
fn everything(aws: &Aws) -> String {
    let read = |action: &str, parameters: &[(&str, &str)]| {
        let text = aws.iam(action, parameters).expect("an answer");
        text.split("<ResponseMetadata>").next().unwrap_or_default().to_owned()
    };
    let mut text = read("ListRoles", &[]) + &read("ListInstanceProfiles", &[]);
    for name in aws::all(&text, "RoleName") {
        for action in ["GetRole", "ListAttachedRolePolicies", "ListRolePolicies"] {
            text += &read(action, &[("RoleName", &name)]);
        }
    }
    text
}

/// A table of cases, one in a line: `name | call | refusal`.
///
/// A call is an operation and parameters with ` & ` between them, of which the last one counts. A refusal is a status,
/// a code, and how the words begin. `words` stand for longer ones.
fn check(table: &str, words: &[(&str, &str)]) {
    let arn = |name: &str| format!("arn:aws:iam::aws:policy/{name}");
    let (cni, linked) = (arn("AmazonEKS_CNI_Policy"), arn("aws-service-role/AmazonEKSServiceRolePolicy"));
    let new = format!("RoleName=new & AssumeRolePolicyDocument={TRUST}");
    let common = [("$CNI", cni.as_str()), ("$LINKED", &linked), ("$NEW", &new), ("$READ", READ), ("$TRUST", TRUST)];
    let spell = |text: &str| {
        let all = words.iter().chain(&common);
        all.fold(text.trim().to_owned(), |text, (short, long)| text.replace(short, long))
    };
    let account = account();
    let before = everything(&account);
    let mut wrong = Vec::new();
    for line in table.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let [name, call, refusal] = line.split(" | ").map(spell).collect::<Vec<_>>().try_into().expect("three parts");
        let (action, parameters) = call.split_once(' ').unwrap_or((&call, ""));
        let pairs: Vec<(&str, &str)> = parameters.split(" & ").filter_map(|pair| pair.split_once('=')).collect();
        let aws = Aws { emulator: account.emulator.fork(), ..account.clone() };
        let answer = match aws.iam(action, &pairs) {
            Ok(_) => "granted".to_owned(),
            Err(Refused { status, code, message }) => format!("{status} {code} {message}"),
        };
        if !answer.starts_with(&refusal) {
            wrong.push(format!("{name}: {answer}"));
        }
        if everything(&aws) != before {
            wrong.push(format!("{name}: something changed"));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn requests_that_are_not_what_the_model_says() {
    let table = "
        no name | CreateRole AssumeRolePolicyDocument=$TRUST | $INVALID Value null at 'roleName' failed
        no trust policy | CreateRole RoleName=new | $INVALID Value null at 'assumeRolePolicyDocument' failed
        a name with a space | CreateRole $NEW & RoleName=a b | $INVALID Value 'a b' at 'roleName' failed
        a name beyond ASCII | CreateRole $NEW & RoleName=rôle | $INVALID Value 'rôle' at 'roleName' failed
        a name of 65 | CreateRole $NEW & RoleName=$LONG | $INVALID
        a path without an end | CreateRole $NEW & Path=/a | $INVALID Value '/a' at 'path' failed
        a description with a bell | CreateRole $NEW & Description=\u{7} | $INVALID
        sessions of nearly an hour | CreateRole $NEW & MaxSessionDuration=3599 | $INVALID Value '3599'
        sessions of over 12 hours | CreateRole $NEW & MaxSessionDuration=43201 | $INVALID Value '43201'
        a boundary of no length | CreateRole $NEW & PermissionsBoundary=x | $INVALID
        a tag without value | TagRole RoleName=plain & Tags.member.1.Key=a | $INVALID Value null at 'tags.1.member.value'
        a tag with a star | TagRole RoleName=plain & Tags.member.1.Key=* & Tags.member.1.Value= | $INVALID Value '*'
        an unknown parameter | CreateRole $NEW & Colour=red | 400 InvalidQueryParameter Colour is not
        an unknown operation | CreateRoll $NEW | 400 InvalidAction The action CreateRoll
        an unknown version of the API | ListRoles Version=2016-11-15 | 400 InvalidParameterValue
        an empty page | ListRoles MaxItems=0 | $INVALID
        a page of 1001 | ListRoles MaxItems=1001 | $INVALID
        a marker of nobody | ListRoles Marker=page2 | 400 ValidationError Invalid value for Marker
        a prefix without a slash | ListRoles PathPrefix=a | $INVALID
        a short ARN | GetPolicy PolicyArn=arn:aws | $INVALID
        a version that is a word | GetPolicyVersion PolicyArn=$CNI & VersionId=new | $INVALID
        an unknown kind of entity | ListEntitiesForPolicy PolicyArn=$CNI & EntityFilter=Robot | $INVALID
        an unknown scope | ListPolicies Scope=Mine | $INVALID
    ";
    check(table, &[("$LONG", &"x".repeat(65)), ("$INVALID", "400 ValidationError 1 validation error detected:")]);
}

#[test]
fn callers_whom_nobody_knows() {
    let aws = Aws { account: "AKIAIOSFODNN7EXAMPLE".to_owned(), ..account() };
    let refused = aws.iam("ListRoles", &[]).expect_err("refused");
    assert_eq!((refused.status, refused.code.as_str()), (403, "InvalidClientTokenId"));
}

#[test]
fn roles_that_cannot_be_created() {
    let table = "
        a name that is taken | CreateRole $NEW & RoleName=plain | 409 EntityAlreadyExists Role with name plain already
        a name in another case | CreateRole $NEW & RoleName=PLAIN | 409 EntityAlreadyExists Role with name PLAIN already
        a path of AWS | CreateRole $NEW & Path=/aws-service-role/x/ | 400 InvalidInput The path /aws-service-role/
        an unknown boundary | CreateRole $NEW & PermissionsBoundary=$CNI-x | 404 NoSuchEntity Scope ARN: $CNI-x does not
        a boundary that is a role | CreateRole $NEW & PermissionsBoundary=$ROLE | 400 InvalidInput ARN $ROLE is not valid.
        a boundary of a service | CreateRole $NEW & PermissionsBoundary=$LINKED | 400 PolicyNotAttachable Cannot attach
        a tag of AWS | CreateRole $NEW & Tags.member.1.Key=aws:x & Tags.member.1.Value= | 400 InvalidInput Tag keys
        a profile twice | CreateInstanceProfile InstanceProfileName=Profile | 409 EntityAlreadyExists Instance Profile
        a key in two cases | CreateRole $NEW & $TWICE | 400 InvalidInput Duplicate tag keys found.
    ";
    let twice = "Tags.member.1.Key=a & Tags.member.1.Value= & Tags.member.2.Key=A & Tags.member.2.Value=";
    check(table, &[("$ROLE", &format!("arn:aws:iam::{ACCOUNT}:role/plain")), ("$TWICE", twice)]);
}

#[test]
fn roles_that_cannot_be_deleted() {
    let table = "
        policies are attached | DeleteRole RoleName=attached | 409 DeleteConflict Cannot delete entity, must detach all
        it has inline policies | DeleteRole RoleName=inline | 409 DeleteConflict Cannot delete entity, must delete
        it is in a profile | DeleteRole RoleName=profiled | 409 DeleteConflict Cannot delete entity, must remove roles
        it belongs to a service | DeleteRole RoleName=$SLR | 400 UnmodifiableEntity Cannot perform the operation
        a profile has a role | DeleteInstanceProfile InstanceProfileName=profile | 409 DeleteConflict Cannot delete
    ";
    check(table, &[("$SLR", "AWSServiceRoleForAmazonEKS")]);
}

#[test]
fn what_is_not_there() {
    let table = "
        get | GetRole RoleName=nobody | $NOBODY
        get in another case | GetRole RoleName=Plain | 404 NoSuchEntity The role with name Plain cannot be found.
        delete | DeleteRole RoleName=nobody | $NOBODY
        update | UpdateRole RoleName=nobody | $NOBODY
        update its description | UpdateRoleDescription RoleName=nobody & Description=x | $NOBODY
        update its trust | UpdateAssumeRolePolicy RoleName=nobody & PolicyDocument=$TRUST | $NOBODY
        tag | TagRole RoleName=nobody & Tags.member.1.Key=a & Tags.member.1.Value=b | $NOBODY
        untag | UntagRole RoleName=nobody & TagKeys.member.1=a | $NOBODY
        list its tags | ListRoleTags RoleName=nobody | $NOBODY
        attach | AttachRolePolicy RoleName=nobody & PolicyArn=$CNI | $NOBODY
        detach | DetachRolePolicy RoleName=nobody & PolicyArn=$CNI | $NOBODY
        list its attachments | ListAttachedRolePolicies RoleName=nobody | $NOBODY
        embed | PutRolePolicy RoleName=nobody & PolicyName=p & PolicyDocument=$READ | $NOBODY
        get what it embeds | GetRolePolicy RoleName=nobody & PolicyName=p | $NOBODY
        list what it embeds | ListRolePolicies RoleName=nobody | $NOBODY
        remove from it | DeleteRolePolicy RoleName=nobody & PolicyName=p | $NOBODY
        bound | PutRolePermissionsBoundary RoleName=nobody & PermissionsBoundary=$CNI | $NOBODY
        unbound | DeleteRolePermissionsBoundary RoleName=nobody | $NOBODY
        list its profiles | ListInstanceProfilesForRole RoleName=nobody | $NOBODY
        hand out | AddRoleToInstanceProfile RoleName=nobody & InstanceProfileName=profile | $NOBODY
        an inline policy to get | GetRolePolicy RoleName=inline & PolicyName=p | 404 NoSuchEntity The role policy with name p
        an inline policy to delete | DeleteRolePolicy RoleName=inline & PolicyName=p | 404 NoSuchEntity The role policy
        a policy to attach | AttachRolePolicy RoleName=plain & PolicyArn=$CNI-x | 404 NoSuchEntity Policy $CNI-x does not exist
        a policy of the account | AttachRolePolicy RoleName=plain & PolicyArn=$OWN | 404 NoSuchEntity Policy $OWN does not exist
        a policy of another partition | AttachRolePolicy RoleName=plain & PolicyArn=$CHINA | 404 NoSuchEntity Policy $CHINA does
        a policy to detach | DetachRolePolicy RoleName=plain & PolicyArn=$CNI | 404 NoSuchEntity Policy $CNI was not found.
        a policy to get | GetPolicy PolicyArn=$CNI-x | 404 NoSuchEntity Policy $CNI-x was not found.
        a policy with versions | ListPolicyVersions PolicyArn=$CNI-x | 404 NoSuchEntity Policy $CNI-x was not found.
        a policy with entities | ListEntitiesForPolicy PolicyArn=$CNI-x | 404 NoSuchEntity Policy $CNI-x was not found.
        a version to get | GetPolicyVersion PolicyArn=$CNI & VersionId=v99 | 404 NoSuchEntity Policy $CNI version v99
        a boundary to set | PutRolePermissionsBoundary RoleName=plain & PermissionsBoundary=$OWN | 404 NoSuchEntity Scope ARN
        a boundary to remove | DeleteRolePermissionsBoundary RoleName=plain | 404 NoSuchEntity Role plain does not have
        a service-linked role | DeleteServiceLinkedRole RoleName=nobody | $NOBODY
        a role of no service | DeleteServiceLinkedRole RoleName=plain | 404 NoSuchEntity The service-linked role with name
        a deletion | GetServiceLinkedRoleDeletionStatus DeletionTaskId=task/aws-service-role/a/b/c | 404 NoSuchEntity The
        a profile to get | GetInstanceProfile InstanceProfileName=none | 404 NoSuchEntity Instance Profile none cannot
        a profile to delete | DeleteInstanceProfile InstanceProfileName=none | 404 NoSuchEntity Instance Profile none cannot
        a profile for a role | AddRoleToInstanceProfile InstanceProfileName=none & RoleName=plain | 404 NoSuchEntity Instance
        a role in a profile | RemoveRoleFromInstanceProfile InstanceProfileName=profile & RoleName=plain | 404 NoSuchEntity
    ";
    let words = [
        ("$CHINA", "arn:aws-cn:iam::aws:policy/ReadOnlyAccess"),
        ("$NOBODY", "404 NoSuchEntity The role with name nobody cannot be found."),
        ("$OWN", "arn:aws:iam::111122223333:policy/AmazonEKS_CNI_Policy"),
    ];
    check(table, &words);
}

#[test]
fn roles_of_services() {
    let table = "
        attach | AttachRolePolicy RoleName=$SLR & PolicyArn=$CNI | $PROTECTED
        detach | DetachRolePolicy RoleName=$SLR & PolicyArn=$LINKED | $PROTECTED
        embed | PutRolePolicy RoleName=$SLR & PolicyName=p & PolicyDocument=$READ | $PROTECTED
        remove what is embedded | DeleteRolePolicy RoleName=$SLR & PolicyName=p | $PROTECTED
        bound | PutRolePermissionsBoundary RoleName=$SLR & PermissionsBoundary=$CNI | $PROTECTED
        unbound | DeleteRolePermissionsBoundary RoleName=$SLR | $PROTECTED
        update its sessions | UpdateRole RoleName=$SLR & MaxSessionDuration=7200 | $PROTECTED
        update its trust | UpdateAssumeRolePolicy RoleName=$SLR & PolicyDocument=$TRUST | $PROTECTED
        hand out | AddRoleToInstanceProfile RoleName=$SLR & InstanceProfileName=profile | $PROTECTED
        a policy of a service | AttachRolePolicy RoleName=plain & PolicyArn=$LINKED | 400 PolicyNotAttachable Cannot attach
        a second one | CreateServiceLinkedRole AWSServiceName=eks.amazonaws.com | 400 InvalidInput Service role name $SLR has
        a suffix that is not taken | CreateServiceLinkedRole $SPOT & CustomSuffix=a | 400 InvalidInput Custom suffix is not
        a suffix that is too long | CreateServiceLinkedRole $ASG & CustomSuffix=$LONG | 400 InvalidInput The role name
        an unknown service | CreateServiceLinkedRole AWSServiceName=ec3.amazonaws.com | 400 InvalidInput Service ec3
        a deletion that is none | GetServiceLinkedRoleDeletionStatus DeletionTaskId=task | 400 InvalidInput The deletion
    ";
    let protected = "400 UnmodifiableEntity Cannot perform the operation on the protected role '$SLR'";
    let words = [
        ("$ASG", "AWSServiceName=autoscaling.amazonaws.com"),
        ("$LONG", &"x".repeat(40)),
        ("$PROTECTED", protected),
        ("$SLR", "AWSServiceRoleForAmazonEKS"),
        ("$SPOT", "AWSServiceName=spot.amazonaws.com"),
    ];
    check(table, &words);
}

#[test]
fn trust_policies() {
    let statement = |text: &str| format!(r#"{{"Version":"2012-10-17","Statement":{text}}}"#);
    let trusting = |text: &str| TRUST.replace(r#"{"Service":"ec2.amazonaws.com"}"#, text);
    let with = |text: &str| TRUST.replace(r#""Action""#, &format!(r#"{text},"Action""#));
    let nobody = format!(r#"{{"AWS":"arn:aws:iam::{ACCOUNT}:role/nobody"}}"#);
    let cases: &[(&str, String, &str)] = &[
        ("no JSON", "allow".into(), "Syntax errors in policy."),
        ("a line before it", format!("\n{TRUST}"), "JSON strings must not have leading spaces"),
        ("no version", TRUST.replace(r#""Version":"2012-10-17","#, ""), "Missing required field Version"),
        ("another version", TRUST.replace("2012-10-17", "2026-01-01"), "The policy failed legacy parsing"),
        ("no statement", r#"{"Version":"2012-10-17"}"#.into(), "Syntax errors in policy."),
        ("no statements", statement("[]"), "Syntax errors in policy."),
        ("an unknown element", TRUST.replace("Effect", "Efect"), "Syntax errors in policy."),
        ("an element twice", with(r#""Action":"sts:TagSession""#), "Syntax errors in policy."),
        ("another effect", TRUST.replace("Allow", "Permit"), "Syntax errors in policy."),
        ("no principal", statement(r#"{"Effect":"Allow","Action":"sts:*"}"#), "Missing required field Principal"),
        ("an empty principal", trusting("{}"), "Missing required field Principal cannot be empty!"),
        ("all but some", TRUST.replace("Principal", "NotPrincipal"), "Allow with NotPrincipal is not allowed."),
        ("no action", TRUST.replace(r#","Action":"sts:AssumeRole""#, ""), "Missing required field Action"),
        ("a resource", with(r#""Resource":"*""#), "Has prohibited field Resource"),
        ("an action of S3", TRUST.replace("sts:AssumeRole", "s3:GetObject"), "AssumeRole policy may only specify"),
        ("all actions", TRUST.replace("sts:AssumeRole", "*"), "AssumeRole policy may only specify STS AssumeRole"),
        ("another service", TRUST.replace("ec2", "ec3"), "Invalid principal in policy: \"SERVICE\":\"ec3.amazonaws"),
        ("another role", trusting(&nobody), "Invalid principal in policy: \"AWS\":\"arn:aws:iam::111122223333:role/no"),
        ("a pattern", trusting(r#"{"AWS":"arn:aws:iam::444455556666:role/*"}"#), "Invalid principal in policy"),
        ("an id", trusting(r#"{"AWS":"AROAAAAAAAAAAAAAAAAAA"}"#), "Invalid principal in policy: \"AWS\":\"AROA"),
        ("another partition", trusting(r#"{"AWS":"arn:aws-cn:iam::111122223333:root"}"#), "Invalid principal in"),
        ("no provider", trusting(r#"{"Federated":"oidc.eks"}"#), "Invalid principal in policy: \"FEDERATED\":\"oidc"),
        ("another type", trusting(r#"{"Robot":"r2"}"#), "Invalid principal in policy: \"Robot\""),
        ("a condition", with(r#""Condition":{"StringIs":{"a":"b"}}"#), "Invalid Condition type : StringIs."),
    ];
    for (name, text, words) in cases {
        let table = format!(
            "{name} | CreateRole RoleName=new & AssumeRolePolicyDocument=$TEXT | 400 MalformedPolicyDocument {words}
             {name}, later | UpdateAssumeRolePolicy RoleName=plain & PolicyDocument=$TEXT | 400 MalformedPolicyDocument {words}"
        );
        check(&table, &[("$TEXT", text)]);
    }
}

#[test]
fn permissions_policies() {
    let cases: &[(&str, String, &str)] = &[
        ("no JSON", "{".into(), "Syntax errors in policy."),
        ("no version", READ.replace(r#""Version":"2012-10-17","#, ""), "Missing required field Version"),
        ("the old version", READ.replace("2012", "2008"), "Policy document must be version 2012-10-17 or greater."),
        ("another effect", READ.replace("Allow", "allow"), "Syntax errors in policy."),
        ("a principal", TRUST.into(), "Policy document should not specify a principal."),
        ("no action", READ.replace(r#""Action":"s3:GetObject","#, ""), "Policy statement must contain actions."),
        ("no resource", READ.replace(r#","Resource":"*""#, ""), "Policy statement must contain resources."),
        ("an action of nobody", READ.replace("s3:", ""), "Actions/Conditions must be prefaced by a vendor"),
        ("a resource without ARN", READ.replace(r#""*""#, r#""b""#), "Resource b must be in ARN format or \"*\"."),
    ];
    for (name, text, words) in cases {
        let call = "PutRolePolicy RoleName=inline & PolicyName=new & PolicyDocument=$TEXT";
        check(&format!("{name} | {call} | 400 MalformedPolicyDocument {words}"), &[("$TEXT", text)]);
    }
}

#[test]
fn quotas() {
    let longer = |text: &str, length: usize| text.replacen('{', &format!(r#"{{"Id":"{}","#, "x".repeat(length)), 1);
    let (trust, inline) = (longer(TRUST, 2048 - TRUST.len()), longer(READ, 10_240 - 2 * READ.len()));
    let table = "
        a long trust policy | CreateRole $NEW & AssumeRolePolicyDocument=$LONG | $QUOTA for ACLSizePerRole: 2048
        a longer trust policy | UpdateAssumeRolePolicy RoleName=plain & PolicyDocument=$LONG | $QUOTA for ACLSizePerRole
        an eleventh attachment | AttachRolePolicy RoleName=attached & PolicyArn=$CNI | $QUOTA for PoliciesPerRole: 10
        all inline policies together | PutRolePolicy RoleName=inline & PolicyName=more & PolicyDocument=$ALL | $SIZE
        a tag more than 50 | TagRole RoleName=tagged & Tags.member.1.Key=a & Tags.member.1.Value= | $QUOTA for TagsPerRole: 50
        two roles in a profile | AddRoleToInstanceProfile InstanceProfileName=profile & RoleName=plain | $QUOTA for Instance
    ";
    let words = [
        ("$ALL", inline.as_str()),
        ("$LONG", &trust),
        ("$QUOTA", "409 LimitExceeded Cannot exceed quota"),
        ("$SIZE", "409 LimitExceeded Maximum policy size of 10240 bytes exceeded for role inline"),
    ];
    check(table, &words);
    let profile =
        "a profile twice | CreateInstanceProfile InstanceProfileName=Profile | 409 EntityAlreadyExists Instance";
    check(profile, &[]);
}

#[test]
fn white_space_does_not_count_against_quotas() {
    let aws = account();
    let blanks = |text: &str| text.replacen('{', &format!("{{{}", " ".repeat(12_000)), 1);
    let (trust, read) = (blanks(TRUST), blanks(READ));
    aws.iam("UpdateAssumeRolePolicy", &[("RoleName", "plain"), ("PolicyDocument", &trust)]).expect("granted");
    let parameters = [("RoleName", "plain"), ("PolicyName", "read"), ("PolicyDocument", read.as_str())];
    aws.iam("PutRolePolicy", &parameters).expect("granted");
}

#[test]
fn a_policy_that_is_replaced_does_not_count_against_quotas() {
    let aws = account();
    let large = READ.replacen('{', &format!(r#"{{"Id":"{}","#, "x".repeat(9000)), 1);
    for text in [large.as_str(), &large, READ] {
        let parameters = [("RoleName", "plain"), ("PolicyName", "read"), ("PolicyDocument", text)];
        aws.iam("PutRolePolicy", &parameters).expect("granted");
    }
}

#[test]
fn the_role_after_the_thousandth() {
    let aws = Aws::new();
    let create = |number: usize| {
        aws.iam("CreateRole", &[("RoleName", &format!("role{number}")), ("AssumeRolePolicyDocument", TRUST)])
    };
    for number in 0..1000 {
        create(number).expect("granted");
    }
    let refused = create(1000).expect_err("refused");
    assert_eq!((refused.status, refused.code.as_str()), (409, "LimitExceeded"));
    assert_eq!(refused.message, "Cannot exceed quota for RolesPerAccount: 1000");
    // Services can still make theirs.
    aws.iam("CreateServiceLinkedRole", &[("AWSServiceName", "eks.amazonaws.com")]).expect("granted");
}
