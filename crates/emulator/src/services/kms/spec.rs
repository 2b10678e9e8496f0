//! Types of key material, and what each can be used for.
//!
//! Source: "Key spec reference" in the developer guide, and CreateKey, KeyUsage.

use serde_json::{Value, json};

use super::{UNSUPPORTED, VALIDATION};
use crate::call::Call;
use crate::error::{ApiError, refuse};

pub(super) const SYMMETRIC: &str = "SYMMETRIC_DEFAULT";
pub(super) const ENCRYPT: &str = "ENCRYPT_DECRYPT";
const SIGN: &str = "SIGN_VERIFY";
const AGREE: &str = "KEY_AGREEMENT";

/// The type and the use of the key that CreateKey asks for.
pub(super) fn asked(call: &Call<'_>) -> Result<(String, String), ApiError> {
    let spec = match (call.text("KeySpec"), call.text("CustomerMasterKeySpec")) {
        (Some(_), Some(_)) => {
            let message = "You cannot specify KeySpec and CustomerMasterKeySpec in the same request. \
                           CustomerMasterKeySpec is deprecated.";
            return refuse(VALIDATION, message);
        }
        (spec, old) => spec.or(old).unwrap_or(SYMMETRIC),
    };
    if spec == "SM2" && call.partition() != "aws-cn" {
        return refuse(UNSUPPORTED, "SM2 keys are supported only in China Regions");
    }
    let usage = match call.text("KeyUsage") {
        Some(usage) => usage,
        None if spec == SYMMETRIC => ENCRYPT,
        None => {
            let message = "You must specify a KeyUsage value for all KMS keys except for symmetric encryption keys.";
            return refuse(VALIDATION, message);
        }
    };
    if !usages(spec).contains(&usage) {
        return refuse(VALIDATION, format!("KeyUsage {usage} is not compatible with KeySpec {spec}"));
    }
    Ok((spec.to_owned(), usage.to_owned()))
}

fn usages(spec: &str) -> &'static [&'static str] {
    match spec {
        SYMMETRIC => &[ENCRYPT],
        "SM2" => &[ENCRYPT, SIGN, AGREE],
        _ if spec.starts_with("HMAC_") => &["GENERATE_VERIFY_MAC"],
        _ if spec.starts_with("RSA_") => &[ENCRYPT, SIGN],
        _ if spec.starts_with("ECC_NIST_P") => &[SIGN, AGREE],
        _ if spec.starts_with("ML_KEM_") => &["ENCAPSULATE_DECAPSULATE"],
        _ => &[SIGN],
    }
}

/// The algorithms that a key supports: the name of their list, and the list.
pub(super) fn algorithms(spec: &str, usage: &str) -> (&'static str, Value) {
    let list = match (usage, spec) {
        (ENCRYPT, SYMMETRIC) => json!([SYMMETRIC]),
        (ENCRYPT, "SM2") => json!(["SM2PKE"]),
        (ENCRYPT, _) => json!(["RSAES_OAEP_SHA_1", "RSAES_OAEP_SHA_256"]),
        (AGREE, _) => json!(["ECDH"]),
        ("GENERATE_VERIFY_MAC", _) => json!([spec.replace("HMAC_", "HMAC_SHA_")]),
        ("ENCAPSULATE_DECAPSULATE", _) => json!(["ML_KEM"]),
        _ => signing(spec),
    };
    let name = match usage {
        ENCRYPT => "EncryptionAlgorithms",
        AGREE => "KeyAgreementAlgorithms",
        "GENERATE_VERIFY_MAC" => "MacAlgorithms",
        "ENCAPSULATE_DECAPSULATE" => "EncapsulationAlgorithms",
        _ => "SigningAlgorithms",
    };
    (name, list)
}

fn signing(spec: &str) -> Value {
    match spec {
        "SM2" => json!(["SM2DSA"]),
        "ECC_NIST_P256" | "ECC_SECG_P256K1" => json!(["ECDSA_SHA_256"]),
        "ECC_NIST_P384" => json!(["ECDSA_SHA_384"]),
        "ECC_NIST_P521" => json!(["ECDSA_SHA_512"]),
        "ECC_NIST_EDWARDS25519" => json!(["ED25519_SHA_512", "ED25519_PH_SHA_512"]),
        _ if spec.starts_with("ML_DSA_") => json!(["ML_DSA_SHAKE_256"]),
        _ => json!([
            "RSASSA_PKCS1_V1_5_SHA_256",
            "RSASSA_PKCS1_V1_5_SHA_384",
            "RSASSA_PKCS1_V1_5_SHA_512",
            "RSASSA_PSS_SHA_256",
            "RSASSA_PSS_SHA_384",
            "RSASSA_PSS_SHA_512",
        ]),
    }
}
