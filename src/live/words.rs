//! What is said about moving pictures, here and not in `assets/locales`: it comes with the chunk.

use super::session::Live;
use super::trouble::Trouble;
use crate::language::Locale;
use leptos::prelude::*;

/// The texts of one language.
pub struct Words {
    pub live: &'static str,
    pub camera: &'static str,
    pub starting: &'static str,
    pub model: &'static str,
    pub paused: &'static str,
    pub rate: &'static str,
    pub snapshot: &'static str,
    pub stop: &'static str,
    pub mirror: &'static str,
    pub again: &'static str,
    pub play: &'static str,
    pub pause: &'static str,
    pub looped: &'static str,
    pub save: &'static str,
    pub save_rate: &'static str,
    pub saving: &'static str,
    pub cancel: &'static str,
}

const ENGLISH: Words = Words {
    live: "Live",
    camera: "Camera",
    starting: "starting",
    model: "waiting for the model",
    paused: "paused, out of sight",
    rate: "frames/s",
    snapshot: "Take a photo",
    stop: "Stop",
    mirror: "Mirror",
    again: "Try again",
    play: "Play",
    pause: "Pause",
    looped: "Over and over",
    save: "Save an annotated video",
    save_rate: "Frames a second",
    saving: "Frame",
    cancel: "Cancel",
};

const FRENCH: Words = Words {
    live: "En direct",
    camera: "Cam\u{e9}ra",
    starting: "d\u{e9}marrage",
    model: "en attente du mod\u{e8}le",
    paused: "en pause, hors de vue",
    rate: "images/s",
    snapshot: "Prendre une photo",
    stop: "Arr\u{ea}ter",
    mirror: "Miroir",
    again: "R\u{e9}essayer",
    play: "Lire",
    pause: "Pause",
    looped: "En boucle",
    save: "Enregistrer une vid\u{e9}o annot\u{e9}e",
    save_rate: "Images par seconde",
    saving: "Image",
    cancel: "Annuler",
};

/// The texts of a language.
pub fn of(locale: Locale) -> &'static Words {
    match locale {
        Locale::en => &ENGLISH,
        Locale::fr => &FRENCH,
    }
}

/// A text that follows the page's language.
pub fn say(live: Live, text: fn(&Words) -> &'static str) -> Signal<&'static str> {
    Signal::derive(move || text(of(live.studio.locale.get())))
}

/// What happened, why, and what to do.
pub fn trouble(locale: Locale, trouble: Trouble) -> [&'static str; 3] {
    match locale {
        Locale::en => english(trouble),
        Locale::fr => french(trouble),
    }
}

fn english(trouble: Trouble) -> [&'static str; 3] {
    match trouble {
        Trouble::Refused => [
            "The camera was refused",
            "The browser, or its settings, does not let this page use the camera. Frames would stay on this device.",
            "Allow the camera beside the page's address, or in the browser's settings for this site, then try again.",
        ],
        Trouble::NoCamera => [
            "There is no camera",
            "The browser finds no camera on this device.",
            "Plug one in or switch it on, then try again. Or drop a photo or a video.",
        ],
        Trouble::Busy => [
            "The camera is in use",
            "Another program or tab has the camera, or it does not answer.",
            "Close video calls and other tabs that use it, then try again.",
        ],
        Trouble::Insecure => [
            "The camera needs a safe address",
            "Browsers give cameras only to pages from https or from this very machine.",
            "Open this page with https:// or as http://localhost, then try again.",
        ],
        Trouble::Unsupported => [
            "This browser has no cameras",
            "It lacks a function that live pictures need.",
            "Use a recent Chrome, Edge, Firefox or Safari. Photos work here all the same.",
        ],
        Trouble::Gone => [
            "The camera has gone",
            "It was unplugged, or the permission was taken back.",
            "Plug it in again and try again.",
        ],
        Trouble::Unplayable => [
            "The video cannot be played",
            "The file is damaged or empty, has no picture, or uses a format that this browser does not know.",
            "Convert it to MP4 (H.264) or WebM (VP9), for instance with ffmpeg, and drop it again.",
        ],
        Trouble::PackWithoutFrames => [
            "This model does not look at single frames",
            "It answers for a whole clip, and a live picture has no end.",
            "Choose another model above, then try again.",
        ],
        Trouble::NoEncoder => [
            "This browser encodes no video",
            "It has no encoder for VP8 or VP9, or the encoder failed.",
            "Save it in a recent Chrome, Edge or Firefox. Single frames can be saved here: take a photo.",
        ],
    }
}

fn french(trouble: Trouble) -> [&'static str; 3] {
    match trouble {
        Trouble::Refused => [
            "La cam\u{e9}ra a \u{e9}t\u{e9} refus\u{e9}e",
            "Le navigateur, ou ses r\u{e9}glages, ne laisse pas cette page utiliser la cam\u{e9}ra. Les images resteraient sur cet appareil.",
            "Autorisez la cam\u{e9}ra \u{e0} c\u{f4}t\u{e9} de l'adresse de la page, ou dans les r\u{e9}glages du navigateur pour ce site, puis r\u{e9}essayez.",
        ],
        Trouble::NoCamera => [
            "Il n'y a pas de cam\u{e9}ra",
            "Le navigateur ne trouve aucune cam\u{e9}ra sur cet appareil.",
            "Branchez-en une ou allumez-la, puis r\u{e9}essayez. Ou d\u{e9}posez une photo ou une vid\u{e9}o.",
        ],
        Trouble::Busy => [
            "La cam\u{e9}ra est d\u{e9}j\u{e0} prise",
            "Un autre programme ou onglet utilise la cam\u{e9}ra, ou elle ne r\u{e9}pond pas.",
            "Fermez les appels vid\u{e9}o et les onglets qui l'utilisent, puis r\u{e9}essayez.",
        ],
        Trouble::Insecure => [
            "La cam\u{e9}ra demande une adresse s\u{fb}re",
            "Les navigateurs ne donnent la cam\u{e9}ra qu'aux pages en https ou de cette machine m\u{ea}me.",
            "Ouvrez cette page avec https:// ou comme http://localhost, puis r\u{e9}essayez.",
        ],
        Trouble::Unsupported => [
            "Ce navigateur n'a pas de cam\u{e9}ra",
            "Il lui manque une fonction dont les images en direct ont besoin.",
            "Utilisez un Chrome, Edge, Firefox ou Safari r\u{e9}cent. Les photos fonctionnent ici quand m\u{ea}me.",
        ],
        Trouble::Gone => [
            "La cam\u{e9}ra a disparu",
            "Elle a \u{e9}t\u{e9} d\u{e9}branch\u{e9}e, ou l'autorisation a \u{e9}t\u{e9} retir\u{e9}e.",
            "Rebranchez-la et r\u{e9}essayez.",
        ],
        Trouble::Unplayable => [
            "La vid\u{e9}o ne peut pas \u{ea}tre lue",
            "Le fichier est ab\u{ee}m\u{e9} ou vide, n'a pas d'image, ou son format est inconnu de ce navigateur.",
            "Convertissez-le en MP4 (H.264) ou WebM (VP9), par exemple avec ffmpeg, et d\u{e9}posez-le \u{e0} nouveau.",
        ],
        Trouble::PackWithoutFrames => [
            "Ce mod\u{e8}le ne regarde pas d'images isol\u{e9}es",
            "Il r\u{e9}pond pour un extrait entier, et une image en direct n'a pas de fin.",
            "Choisissez un autre mod\u{e8}le ci-dessus, puis r\u{e9}essayez.",
        ],
        Trouble::NoEncoder => [
            "Ce navigateur n'encode pas de vid\u{e9}o",
            "Il n'a pas d'encodeur VP8 ou VP9, ou l'encodeur a \u{e9}chou\u{e9}.",
            "Enregistrez-la dans un Chrome, Edge ou Firefox r\u{e9}cent. Une image seule peut \u{ea}tre enregistr\u{e9}e ici\u{a0}: prenez une photo.",
        ],
    }
}
