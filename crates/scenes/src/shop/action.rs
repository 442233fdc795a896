//! What the shopper does.

/// An action of the MERL Shopping data set (Singh et al., "A Multi-Stream Bi-Directional Recurrent Neural Network for
/// Fine-Grained Action Detection", CVPR 2016), or none of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Action {
    /// Walks, looks away, puts something into a basket, touches the head.
    None,
    /// A hand goes from the body to the shelf, empty or with a product.
    ReachToShelf,
    /// A hand comes back from the shelf, empty or with a product.
    RetractFromShelf,
    /// A hand stays in the shelf.
    HandInShelf,
    /// A product is held and looked at.
    InspectProduct,
    /// Hands hang, eyes go over the shelf.
    InspectShelf,
}

impl Action {
    /// All of them, by [`Self::id`].
    pub const ALL: [Self; 6] = [
        Self::None,
        Self::ReachToShelf,
        Self::RetractFromShelf,
        Self::HandInShelf,
        Self::InspectProduct,
        Self::InspectShelf,
    ];

    /// 0 for none, then 1 to 5 in the data set's order.
    pub fn id(self) -> usize {
        self as usize
    }

    /// As files call it: `hand-in-shelf`.
    pub fn key(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::ReachToShelf => "reach-to-shelf",
            Self::RetractFromShelf => "retract-from-shelf",
            Self::HandInShelf => "hand-in-shelf",
            Self::InspectProduct => "inspect-product",
            Self::InspectShelf => "inspect-shelf",
        }
    }

    /// As people call it, in English.
    pub fn english(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::ReachToShelf => "reach to shelf",
            Self::RetractFromShelf => "retract from shelf",
            Self::HandInShelf => "hand in shelf",
            Self::InspectProduct => "inspect product",
            Self::InspectShelf => "inspect shelf",
        }
    }

    /// As people call it, in French.
    pub fn french(self) -> &'static str {
        match self {
            Self::None => "aucune",
            Self::ReachToShelf => "tendre la main vers le rayon",
            Self::RetractFromShelf => "retirer la main du rayon",
            Self::HandInShelf => "main dans le rayon",
            Self::InspectProduct => "examiner un produit",
            Self::InspectShelf => "examiner le rayon",
        }
    }

    /// The action that a file calls so.
    pub fn of_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|action| action.key() == key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_and_keys_name_one_action_each() {
        for (id, action) in Action::ALL.into_iter().enumerate() {
            assert_eq!(action.id(), id);
            assert_eq!(Action::of_key(action.key()), Some(action));
            assert_eq!(action.key().replace('-', " "), action.english());
        }
        assert_eq!(Action::of_key("juggle"), None);
    }
}
