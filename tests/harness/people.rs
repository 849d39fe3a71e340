//! Citizens of a test: made and let in behind the API's back, by a link like those that come by mail.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::accounts::{AskedLately, Challenge, Claimed};
use domain::citizens::{CitizenContent, CitizenSource, confirm, enter};
use domain::kernel::{EmailAddress, Id, Line, MailLanguage};
use hmac::{Hmac, KeyInit, Mac};
use persistence::{Act, Stop, StoreError, accounts, citizens};
use sha2::Sha256;
use uuid::Uuid;

use crate::app::{App, Staff};

/// What an exchange of what came by mail is called.
pub const MAIL_GRANT: &str = "urn:concertation:grant-type:mail";

impl App {
    /// A citizen of that address, who has signed in; made where there is none.
    ///
    /// # Panics
    /// When they can't be made, or can't sign in.
    pub async fn citizen(&self, email: &str, name: &str) -> Staff {
        let link = self.link_for(email, name).await;
        let form = [("grant_type", MAIL_GRANT), ("token", link.as_str())];
        let signed_in = self.post("/oauth/token").form(&form).await;
        signed_in.expect(200);
        let mut citizen = Staff {
            id: String::new(),
            token: signed_in.text("access_token"),
            refresh_token: signed_in.text("refresh_token"),
        };
        let me = self.get("/v1/me").by(&citizen).await;
        citizen.id = me.expect(200).text("id");
        citizen
    }

    /// What stands in a link that lets a citizen of that address in; they are made where there is none.
    ///
    /// # Panics
    /// When it can't be made.
    pub async fn link_for(&self, email: &str, name: &str) -> String {
        let email = EmailAddress::parse(email).expect("an address");
        let claimed = Claimed {
            email: email.clone(),
            name: None,
            language: MailLanguage::Fr,
        };
        let content = CitizenContent {
            name: Line::stored(name.to_owned()),
            email: Some(email.clone()),
            telephone: None,
            commune: None,
            age_band: None,
            language: MailLanguage::Fr,
            interests: Vec::new(),
        };
        let act = Act::system("test", Uuid::nil());
        let made = self.store.write(act, move |writing| {
            let (email, content, claimed) = (email.clone(), content.clone(), claimed.clone());
            Box::pin(async move {
                let now = writing.now();
                if citizens::card_with(writing, &email).await?.is_none() {
                    let (pseudonym, own) = (writing.new_pseudonym(), CitizenSource::Own);
                    let entered = enter(content, own, pseudonym, writing.ids(), now);
                    citizens::save(writing, &entered).await?;
                    let known = confirm(entered.into_after(), now).expect("a confirmation");
                    citizens::save(writing, &known).await?;
                }
                let none = AskedLately {
                    of_address: 0,
                    of_network: 0,
                };
                let challenge = Challenge::new(none, writing.ids(), now).expect("a challenge");
                accounts::keep_challenge(writing, &challenge, &claimed, [0; 32]).await?;
                Ok::<_, Stop<StoreError>>(challenge.id)
            })
        });
        self.link_of(made.await.expect("a citizen"))
    }

    /// What stands in the link of a challenge, as the mail has it.
    fn link_of(&self, id: Id<Challenge>) -> String {
        let key = self.store.master_key().derive("registration links");
        let mut mac = Hmac::<Sha256>::new_from_slice(&key).expect("a key");
        mac.update(b"sign-in link\0");
        mac.update(id.uuid().as_bytes());
        let digest = mac.finalize().into_bytes();
        let bytes = [&id.uuid().as_bytes()[..], &digest[..16]].concat();
        URL_SAFE_NO_PAD.encode(bytes)
    }
}
