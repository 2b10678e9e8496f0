//! The address blocks of a VPC besides its primary one.

use aws_sdk_ec2::types::{Vpc, VpcCidrBlockState, VpcCidrBlockStateCode as State};
use serde::{Deserialize, Serialize};

use crate::ec2::cidr::canonical;

/// A block to associate with a VPC.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Block {
    /// An IPv4 range.
    Ipv4(String),
    /// A /56 that Amazon chooses.
    AmazonIpv6,
}

impl Block {
    /// The output that tells the id of its association.
    pub(super) fn output(&self) -> String {
        match self {
            Self::Ipv4(cidr) => format!("association/{cidr}"),
            Self::AmazonIpv6 => "association/ipv6".to_owned(),
        }
    }
}

/// A block that a VPC has, had, or is about to have.
#[derive(Clone, Debug)]
pub(super) struct Associated {
    pub(super) block: Block,
    pub(super) id: String,
    /// Which range it is: AWS tells that of an IPv6 block when it is associated.
    pub(super) cidr: Option<String>,
    pub(super) state: State,
    /// What AWS says of the state.
    pub(super) message: Option<String>,
}

impl Associated {
    /// Whether the VPC has the block, or is about to.
    pub(super) fn counts(&self) -> bool {
        matches!(self.state, State::Associated | State::Associating)
    }

    /// Whether AWS is at work on it.
    pub(super) fn moves(&self) -> bool {
        matches!(self.state, State::Associating | State::Disassociating | State::Failing)
    }
}

/// All blocks but the primary one, and but IPv6 blocks that are not from Amazon's pool; those that count first.
pub(super) fn blocks(vpc: &Vpc) -> Vec<Associated> {
    let state = |state: Option<&VpcCidrBlockState>| {
        let code = state.and_then(VpcCidrBlockState::state).cloned().unwrap_or(State::Associated);
        (code, state.and_then(VpcCidrBlockState::status_message).map(str::to_owned))
    };
    let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
    let ipv4 = vpc.cidr_block_association_set().iter().filter(|found| found.cidr_block() != vpc.cidr_block());
    let ipv4 = ipv4.map(|found| {
        let (state, message) = state(found.cidr_block_state());
        let cidr = text(found.cidr_block());
        let block = Block::Ipv4(cidr.clone());
        Associated { block, id: text(found.association_id()), cidr: Some(cidr), state, message }
    });
    let ipv6 = vpc.ipv6_cidr_block_association_set().iter().filter(|found| found.ipv6_pool() == Some("Amazon"));
    let ipv6 = ipv6.map(|found| {
        let (state, message) = state(found.ipv6_cidr_block_state());
        let cidr = found.ipv6_cidr_block().map(canonical);
        Associated { block: Block::AmazonIpv6, id: text(found.association_id()), cidr, state, message }
    });
    let mut all: Vec<Associated> = ipv4.chain(ipv6).collect();
    all.sort_by(|a, b| (!a.counts(), &a.id).cmp(&(!b.counts(), &b.id)));
    all
}
