//! A drawing for the page before the first photo.

use leptos::prelude::*;

const TREES: [&str; 2] = [
    "M62 250a44 44 0 0 1 6-74 46 46 0 0 1 82-14 42 42 0 0 1 40 60 36 36 0 0 1-20 40H78z",
    "M424 256a34 34 0 0 1 4-56 36 36 0 0 1 64-12 34 34 0 0 1 28 50 28 28 0 0 1-16 30h-68z",
];
const FAR: &str = "M196 300V150h44v-26h38v60h34v-20h40v34h32v102z";
const LEFT: &str = "M0 340V52h84v-30h92v40h34v260z";
const RIGHT: &str = "M600 350V30h-74v34h-62v-20h-52v60h-34v220z";
const ROAD: &str = "M0 420v-40l236-92h118l246 104v28z";
const WALK: &str = "M0 326l196-42h48L0 384zM600 336l-180-50h-66l246 108z";
const CAR: &str = "M356 330q4-40 24-44h68q22 4 28 44l10 6v36h-14v10h-24v-10h-64v10h-24v-10h-14v-36z";
const TAXI: &str = "M196 300q3-28 16-31h40q13 3 16 31l6 4v22h-8v7h-14v-7h-40v7h-14v-7h-8v-22z";
const PERSON: &str = "M108 268a11 11 0 1 1 .1 0zM94 274h28l7 50h-9l-4 54h-16l-4-54h-9z";
const POLE: &str = "M540 384V150h-34v-8h42v242zM490 142h26v54h-26z";

/// A street: one half as the eye sees it, the other as the network does, and the line between them wanders.
#[component]
pub fn WelcomeArt() -> impl IntoView {
    view! {
        <svg class="art" viewBox="0 0 600 420" preserveAspectRatio="xMidYMax slice" aria-hidden="true">
            <Plain />
            <Mask />
            <g class="art-line">
                <path d="M300 0v420" />
                <circle cx="300" cy="210" r="19" />
                <path class="arrows" d="M296 203l-7 7 7 7M304 203l7 7-7 7" />
            </g>
        </svg>
    }
}

/// The street with its details.
#[component]
fn Plain() -> impl IntoView {
    view! {
        <path class="a-sky" d="M0 0h600v420H0z" />
        <path class="a-far" d=FAR />
        <path class="a-near" d=LEFT />
        <path class="a-near" d=RIGHT />
        <path class="a-window" d="M22 84h26v40H22zM62 84h26v40H62zM112 60h22v36h-22zM148 60h22v36h-22zM22 150h26v40H22zM22 216h26v40H22zM112 118h22v36h-22zM148 118h22v36h-22zM404 120h20v30h-20zM438 72h20v32h-20zM486 92h22v36h-22zM546 60h30v42h-30zM546 124h30v42h-30zM546 188h30v42h-30zM404 176h20v30h-20zM214 172h12v20h-12zM248 150h14v22h-14zM248 190h14v22h-14zM322 192h12v18h-12z" />
        <path class="a-walk" d=WALK />
        <path class="a-road" d=ROAD />
        <path class="a-paint" d="M290 304h10l2 12h-14zM286 330h18l4 22h-26zM278 370h34l6 40h-46z" />
        <path class="a-trunk" d="M118 250h14v72h-14zM466 256h12v50h-12z" />
        {TREES.map(|tree| view! { <path class="a-tree" d=tree /> })}
        <path class="a-car" d=TAXI />
        <path class="a-glass" d="M206 298q2-20 10-22h32q8 2 10 22z" />
        <path class="a-car" d=CAR />
        <path class="a-glass" d="M370 328q3-30 16-33h56q13 3 16 33z" />
        <path class="a-light" d="M356 346h18v10h-18zM458 346h18v10h-18zM193 310h10v6h-10zM261 310h10v6h-10z" />
        <path class="a-wheel" d="M356 372h24v10h-24zM452 372h24v10h-24z" />
        <path class="a-pole" d=POLE />
        <path class="a-person" d=PERSON />
    }
}

/// The same street in the colours of its categories.
#[component]
fn Mask() -> impl IntoView {
    view! {
        <g class="art-mask">
            <path class="m-sky" d="M0 0h600v420H0z" />
            <path class="m-construction" d=FAR />
            <path class="m-construction" d=LEFT />
            <path class="m-construction" d=RIGHT />
            <path class="m-flat" d=WALK />
            <path class="m-flat" d=ROAD />
            <path class="m-nature" d="M118 250h14v72h-14zM466 256h12v50h-12z" />
            {TREES.map(|tree| view! { <path class="m-nature" d=tree /> })}
            <path class="m-vehicle" d=TAXI />
            <path class="m-vehicle" d=CAR />
            <path class="m-object" d=POLE />
            <path class="m-human" d=PERSON />
        </g>
    }
}
