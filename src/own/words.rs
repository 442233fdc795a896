//! What the form says, in the page's languages. It is fetched with the form.

use crate::language::{self, Locale};

macro_rules! words {
    ($($name:ident: $english:literal, $french:literal;)*) => {
        /// The form's words in one language.
        #[allow(missing_docs, reason = "the words say it")]
        pub struct Words {
            $(pub $name: &'static str,)*
        }

        static ENGLISH: Words = Words { $($name: $english,)* };
        static FRENCH: Words = Words { $($name: $french,)* };
    };
}

words! {
    acts: "It names what is done in a video.", "Il nomme ce qui se fait dans une vidéo.";
    actions: "Actions in videos", "Actions dans des vidéos";
    activations: "Memory for a run", "Mémoire d'un calcul";
    any_size: "It reads pictures of any size.", "Il lit des images de toute taille.";
    areas: "Areas: a class for every pixel", "Zones : une classe par pixel";
    box_corner: "Top left corner, width, height", "Coin en haut à gauche, largeur, hauteur";
    box_corners: "Top left and bottom right corners", "Coins en haut à gauche et en bas à droite";
    box_middle: "Middle, width, height", "Milieu, largeur, hauteur";
    boxes: "What are the four numbers of a box?", "Que sont les quatre nombres d'un cadre ?";
    choose_list: "Choose a list…", "Choisir une liste…";
    classes: "Classes of the whole photo", "Classes de toute la photo";
    classifies: "It looks like a classifier: one of {n} classes for the whole photo.",
        "C'est sans doute un classifieur : une classe sur {n} pour toute la photo.";
    close: "Close", "Fermer";
    crop: "The middle of it", "Son milieu";
    damaged: "export or download the model file again", "exportez ou téléchargez à nouveau le modèle";
    delete: "Delete", "Supprimer";
    delete_sure: "Delete for good?", "Supprimer pour de bon ?";
    detects: "It looks like a detector: boxes round objects of {n} kinds.",
        "C'est sans doute un détecteur : des cadres autour d'objets de {n} sortes.";
    done: "Done", "Terminé";
    drop_hint: "Or drop an .onnx or .tflite file, or a zip of a pack, anywhere on the page.",
        "Ou déposez un fichier .onnx ou .tflite, ou le zip d'un pack, n'importe où sur la page.";
    empty: "The file has 0 bytes: copy or download it again.",
        "Le fichier fait 0 octet : copiez-le ou téléchargez-le à nouveau.";
    grey: "grey", "gris";
    heading: "Your model", "Votre modèle";
    independent: "Scores of several labels at once: a sigmoid each is still to be done",
        "Des scores de plusieurs étiquettes à la fois : reste une sigmoïde pour chacune";
    independent_already: "Probabilities of several labels at once",
        "Des probabilités de plusieurs étiquettes à la fois";
    inputs: "Inputs", "Entrées";
    inside: "What is inside", "Ce qu'il contient";
    keep: "Keep in this browser", "Garder dans ce navigateur";
    kept: "Kept. You find it behind the model's name at the top, under “Yours”.",
        "Gardé. Il est derrière le nom du modèle, en haut, sous « Les vôtres ».";
    known: "The file itself says how pixels become numbers.",
        "Le fichier dit lui-même comment les pixels deviennent des nombres.";
    labels: "What are the classes called?", "Comment s'appellent les classes ?";
    labels_hint: "One name a line, in the network's order", "Un nom par ligne, dans l'ordre du réseau";
    labels_hint_areas: "One name a line, in the network's order; a colour may follow it: road #804080",
        "Un nom par ligne, dans l'ordre du réseau ; une couleur peut suivre : route #804080";
    large: "some hosts of static files refuse files above 25 MB. In this browser it works.",
        "certains hébergeurs refusent les fichiers de plus de 25 Mo. Dans ce navigateur, cela marche.";
    logits: "Scores: a softmax is still to be done", "Des scores : le softmax reste à faire";
    looking: "Looking into the file…", "Lecture du fichier…";
    manage: "Rename, save, delete", "Renommer, enregistrer, supprimer";
    name: "Its name", "Son nom";
    no_labels: "{n} needed; without them, classes are numbered", "Il en faut {n} ; sinon, les classes sont numérotées";
    node: "node", "nœud";
    nothing: "There is no model to keep: drop one.", "Il n'y a pas de modèle à garder : déposez-en un.";
    objects: "Objects with boxes", "Objets avec leurs cadres";
    open: "Open a model file…", "Ouvrir un modèle…";
    operators: "Operators", "Opérateurs";
    outputs: "Outputs", "Sorties";
    pack_alone: "pack.json came without its model: drop the model file that `model.file` names together with it.",
        "pack.json est venu sans modèle : déposez avec lui le fichier que nomme `model.file`.";
    parameters: "Parameters", "Paramètres";
    part_missing: "A part of the page could not be fetched: check the connection and try again.",
        "Une partie de la page n'a pu être chargée : vérifiez la connexion et réessayez.";
    pixels: "Pixels of the input", "En pixels de l'entrée";
    preparation: "How was it trained to read pixels?", "Comment a-t-il appris à lire les pixels ?";
    private: "The model stays on this device.", "Le modèle reste sur cet appareil.";
    probabilities: "Probabilities already", "Déjà des probabilités";
    reading: "Which part of the photo does it read?", "Quelle partie de la photo lit-il ?";
    save_zip: "Save as a zip", "Enregistrer en zip";
    scores: "What are its numbers?", "Que sont ses nombres ?";
    segments: "It looks like a segmenter: one of {n} classes for every pixel.",
        "C'est sans doute un segmenteur : une classe sur {n} pour chaque pixel.";
    several: "Several models at once: drop one of them, with its labels or pack.json.",
        "Plusieurs modèles à la fois : déposez-en un seul, avec ses noms ou pack.json.";
    shares: "Shares of its width and height, 0..1", "En parts de sa largeur et de sa hauteur, 0..1";
    side: "Rows and columns that it reads", "Lignes et colonnes qu'il lit";
    size: "It reads {s} pixels.", "Il lit {s} pixels.";
    squash: "All of it, squeezed to its proportions", "Toute, ramenée à ses proportions";
    storage_forbidden: "This browser keeps nothing for this page: save the model as a zip instead.",
        "Ce navigateur ne garde rien pour cette page : enregistrez plutôt le modèle en zip.";
    storage_full: "The browser's storage is full: delete one of your models, or save this one as a zip.",
        "Le stockage du navigateur est plein : supprimez un de vos modèles, ou enregistrez celui-ci en zip.";
    tiles: "All of it, in overlapping tiles", "Toute, en tuiles qui se recouvrent";
    too_large: "The file has more than 512 MB, which a page cannot hold: bring a smaller or quantised model.",
        "Le fichier dépasse 512 Mo, trop pour une page : prenez un modèle plus petit ou quantifié.";
    trying: "Trying it…", "Essai…";
    units: "What are they counted in?", "En quoi sont-ils comptés ?";
    unknown: "What it answers cannot be told:", "On ne peut savoir ce qu'il répond :";
    unsupported: "It needs operators that are not computed here:", "Il lui faut des opérateurs qui ne sont pas calculés ici :";
    unsupported_remedy: "Export it without them, or as another version.", "Exportez-le sans eux, ou en une autre version.";
    weights: "Weights in memory", "Poids en mémoire";
    which: "What does it answer?", "Que répond-il ?";
    with_pack: "It came with its pack.json: nothing is left to ask.", "Il est venu avec son pack.json : il ne reste rien à demander.";
    works: "It works. Does the photo look right? If not, change an answer.",
        "Cela marche. La photo a-t-elle l'air juste ? Sinon, changez une réponse.";
    works_without_photo: "It works. Drop a photo to see what it says.", "Cela marche. Déposez une photo pour voir ce qu'il dit.";
    yours: "Yours", "Les vôtres";
}

/// The words in a language.
pub fn words(locale: Locale) -> &'static Words {
    if language::tag(locale) == "fr" { &FRENCH } else { &ENGLISH }
}
