//! What is known of every field of a spec, declared once, beside the field.

use serde::{Deserialize, Serialize};

/// What a difference in a field leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mutability {
    /// AWS changes it in place.
    InPlace,
    /// AWS changes it in place and never back.
    OneWay,
    /// AWS cannot change it: the resource is replaced.
    Replace,
    /// Part of the resource's identity within its address: never a difference by itself.
    Identity,
    /// Used when the resource is created, owned by somebody else (an autoscaler) afterwards.
    Initial,
    /// Sent when the resource is created and never told by AWS again.
    WriteOnly,
}

/// A field of a spec.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Field {
    /// The name, as in the spec.
    pub name: &'static str,
    /// Meaning, unit and source.
    pub doc: &'static str,
    /// The Rust type, which is the JSON type for readers.
    pub type_name: &'static str,
    /// What a difference leads to.
    pub mutability: Mutability,
    /// A `null` leaves the live value as it is: a floating version, a value that AWS chooses.
    pub floating: bool,
    /// Its references may point in a circle: it is finished in a later step, and lets go first on delete.
    pub late: bool,
    /// What its references name need only be created before the resource is made; and what waits for the resource waits
    /// for that to be complete, too. So a late reference may point back.
    pub early: bool,
    /// An update can take hold of something else, and not let go before: when what it names goes before it comes again,
    /// the resource is replaced with it.
    pub firm: bool,
    /// The kinds that its references point at, separated by commas; nothing where it holds none.
    pub to: &'static str,
    /// The documented default, or nothing.
    pub default: &'static str,
    /// The documented limits, or nothing.
    pub limit: &'static str,
}

impl Field {
    /// A field without options.
    pub const fn new(name: &'static str, doc: &'static str, type_name: &'static str, mutability: Mutability) -> Self {
        Self {
            name,
            doc,
            type_name,
            mutability,
            floating: false,
            late: false,
            early: false,
            firm: false,
            to: "",
            default: "",
            limit: "",
        }
    }

    /// The kinds that this field's references point at.
    pub fn targets(&self) -> impl Iterator<Item = &'static str> {
        self.to.split(',').map(str::trim).filter(|kind| !kind.is_empty())
    }

    /// Whether the field holds a JSON document, shown as lines.
    pub fn is_document(&self) -> bool {
        self.type_name.contains("Document")
    }
}

/// A spec whose fields are known. Implemented by [`spec!`](crate::spec!) alone.
pub trait SpecType {
    /// The fields, in order.
    const FIELDS: &'static [Field];
}

/// Declares a spec: a struct whose every field says what a difference in it leads to.
///
/// ```ignore
/// spec! {
///     /// A subnet.
///     pub struct Spec {
///         /// The IPv4 range. Source: EC2 `CreateSubnet`.
///         cidr_block: String => Replace, limit = "/16 to /28";
///         /// The VPC.
///         vpc: Reference => Replace, to = "ec2.Vpc";
///         /// Whether instances get public addresses. Source: EC2 `ModifySubnetAttribute`.
///         map_public_ip_on_launch: bool => InPlace, default = "false";
///     }
/// }
/// ```
#[macro_export]
macro_rules! spec {
    (
        $(#[doc = $doc:literal])*
        pub struct $name:ident {
            $(
                $(#[doc = $field_doc:literal])*
                $field:ident : $type:ty => $mutability:ident $(, $key:ident = $value:literal)* ;
            )*
        }
    ) => {
        $(#[doc = $doc])*
        #[derive(Clone, Debug, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
        #[serde(deny_unknown_fields)]
        pub struct $name {
            $(
                $(#[doc = $field_doc])*
                pub $field: $type,
            )*
        }

        impl $crate::SpecType for $name {
            const FIELDS: &'static [$crate::Field] = &[
                $($crate::Field {
                    $($key: $value,)*
                    ..$crate::Field::new(
                        stringify!($field),
                        concat!($($field_doc, "\n"),*),
                        stringify!($type),
                        $crate::Mutability::$mutability,
                    )
                },)*
            ];
        }
    };
}

#[cfg(test)]
#[expect(unreachable_pub, reason = "a spec is public")]
mod tests {
    use super::*;

    spec! {
        /// A thing.
        pub struct Thing {
            /// Its size.
            size: u32 => InPlace, default = "1", limit = "1 to 5";
            /// Its colour,
            /// for ever.
            colour: Option<String> => Replace, floating = true;
        }
    }

    #[test]
    fn every_field_stands_once() {
        let [size, colour] = Thing::FIELDS else { panic!("two fields") };
        assert_eq!((size.name, size.default, size.limit), ("size", "1", "1 to 5"));
        assert_eq!((colour.mutability, colour.floating), (Mutability::Replace, true));
        assert_eq!(colour.doc, " Its colour,\n for ever.\n");
        assert_eq!(colour.type_name, "Option<String>");
    }
}
