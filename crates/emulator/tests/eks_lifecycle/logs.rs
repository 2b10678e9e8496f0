//! The log group of a cluster: EKS makes it where nobody else does, and leaves it.

use serde_json::{Value, json};

use crate::account::CLUSTER_GONE;
use crate::aws;
use crate::eks::{Account, CLUSTER_MADE, pass};

const NAME: &str = "/aws/eks/dev/cluster";
/// Enough virtual seconds for a log group to come back, and too few.
const AGAIN: u64 = 601;
const NOT_YET: u64 = 59;
/// Enough virtual seconds for an update of the configuration.
const UPDATED: u64 = 181;

fn logging(enabled: bool) -> Value {
    json!({ "logging": { "clusterLogging": [{ "types": ["api"], "enabled": enabled }] } })
}

fn logs(account: &Account, operation: &str, input: Value) -> Value {
    aws::granted(operation, account.net.aws.logs(operation, input))
}

fn groups(account: &Account) -> Vec<Value> {
    logs(account, "DescribeLogGroups", json!({}))["logGroups"].as_array().expect("a list").clone()
}

fn delete(account: &Account) {
    logs(account, "DeleteLogGroup", json!({ "logGroupName": NAME }));
}

#[tokio::test(start_paused = true)]
async fn it_comes_with_the_cluster_and_stays_without() {
    let account = Account::known().await;
    account.ok("CreateCluster", logging(true));
    assert_eq!(groups(&account), [Value::Null; 0]);
    pass(CLUSTER_MADE).await;
    let made = groups(&account);
    assert_eq!(made.len(), 1);
    assert_eq!(made[0]["logGroupName"], NAME);
    assert_eq!((&made[0]["retentionInDays"], &made[0]["kmsKeyId"]), (&Value::Null, &Value::Null));
    account.ok("DeleteCluster", json!({}));
    pass(CLUSTER_GONE).await;
    assert!(account.refused("DescribeCluster", json!({})).starts_with("ResourceNotFoundException"));
    assert_eq!(groups(&account), made);
    delete(&account);
    pass(AGAIN).await;
    assert_eq!(groups(&account), [Value::Null; 0], "nobody writes any more");
}

#[tokio::test(start_paused = true)]
async fn it_comes_once_there_is_something_to_log() {
    let account = Account::with_cluster(json!({})).await;
    assert_eq!(groups(&account), [Value::Null; 0]);
    account.ok("UpdateClusterConfig", logging(true));
    pass(UPDATED).await;
    assert_eq!(groups(&account).len(), 1);
    account.ok("UpdateClusterConfig", logging(false));
    pass(UPDATED).await;
    assert_eq!(groups(&account).len(), 1);
    delete(&account);
    pass(AGAIN).await;
    assert_eq!(groups(&account), [Value::Null; 0]);
}

#[tokio::test(start_paused = true)]
async fn what_was_made_before_stays_as_it_is() {
    let account = Account::known().await;
    logs(&account, "CreateLogGroup", json!({ "logGroupName": NAME, "tags": { "stack": "dev" } }));
    logs(&account, "PutRetentionPolicy", json!({ "logGroupName": NAME, "retentionInDays": 30 }));
    let before = groups(&account);
    account.ok("CreateCluster", logging(true));
    pass(CLUSTER_MADE).await;
    assert_eq!(groups(&account), before);
    assert_eq!(before[0]["retentionInDays"], 30);
}

#[tokio::test(start_paused = true)]
async fn it_comes_back_as_long_as_there_is_something_to_log() {
    let account = Account::with_cluster(logging(true)).await;
    logs(&account, "PutRetentionPolicy", json!({ "logGroupName": NAME, "retentionInDays": 30 }));
    delete(&account);
    pass(NOT_YET).await;
    assert_eq!(groups(&account), [Value::Null; 0]);
    pass(AGAIN).await;
    assert_eq!(groups(&account)[0]["retentionInDays"], Value::Null, "a new one");
}

#[tokio::test(start_paused = true)]
async fn it_comes_back_while_the_cluster_goes() {
    let account = Account::with_cluster(logging(true)).await;
    delete(&account);
    let mut seconds = 0;
    while groups(&account).is_empty() {
        pass(1).await;
        seconds += 1;
    }
    assert!((NOT_YET..AGAIN).contains(&seconds), "{seconds}");
    delete(&account);
    pass(seconds - 30).await;
    account.ok("DeleteCluster", json!({}));
    pass(31).await;
    assert_eq!(account.cluster("dev")["status"], "DELETING");
    assert_eq!(groups(&account).len(), 1);
}

#[tokio::test(start_paused = true)]
async fn it_does_not_matter_who_looks() {
    let account = Account::with_cluster(logging(true)).await;
    for wait in [0, 150, 300, 450] {
        let [seen, unseen] = [(), ()].map(|()| account.forked());
        for fork in [&seen, &unseen] {
            delete(fork);
        }
        for second in 0..wait + CLUSTER_GONE {
            if second == wait {
                seen.ok("DeleteCluster", json!({}));
                unseen.ok("DeleteCluster", json!({}));
            }
            groups(&seen);
            pass(1).await;
        }
        assert_eq!(groups(&seen), groups(&unseen), "{wait}");
    }
}

#[test]
fn with_an_instant_clock_it_comes_back_at_once() {
    let account = Account::instant();
    account.ok("CreateCluster", logging(true));
    account.settle();
    assert_eq!(groups(&account).len(), 1);
    delete(&account);
    assert_eq!(groups(&account).len(), 1);
    account.ok("DeleteCluster", json!({}));
    account.settle();
    delete(&account);
    assert_eq!(groups(&account), [Value::Null; 0]);
}
