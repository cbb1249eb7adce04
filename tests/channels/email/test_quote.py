"""What a citizen wrote is told from what his mail program quoted, in the words of each program."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.email.quote import fold

WRITTEN = "Bonjour,\n\nD'accord pour jeudi, je serai chez moi.\n\nCordialement,\nÉlodie Martin"
QUOTED = "Bonjour Madame,\n\nNos agents passeront jeudi.\n\nLe service voirie"

SENTENCES = [
    # Gmail
    "Le lun. 15 nov. 2021 à 19:42, Mairie de Lué <mairie@lue.example> a écrit :",
    "Le lun. 15 nov. 2021 à 19:42, Mairie de Lué <mairie@lue.example> a\nécrit :",
    "Le lun. 15 nov. 2021 à 19:42, Service de l'urbanisme - Communauté de communes du Marensin\n<urbanisme@marensin.example> a écrit\xa0:",
    "Le lundi 15 novembre 2021 à 19 h 42, Mairie\n<mairie@lue.example>\na écrit :",
    "On Mon, Nov 15, 2021 at 7:42 PM Town Hall <mairie@lue.example> wrote:",
    "On Mon, Aug 26, 2019 at 4:37 PM The Town Hall <\nmairie-de-la-commune@lue.example> wrote:",
    "El lun, 15 nov 2021 a las 19:42, Mairie (<mairie@lue.example>) escribió:",
    "Am Mo., 15. Nov. 2021 um 19:42 Uhr schrieb Mairie <mairie@lue.example>:",
    "Mairie <mairie@lue.example> schrieb am Mo., 15. Nov. 2021, 19:42:",
    "Em seg., 15 de nov. de 2021 às 19:42, Mairie <mairie@lue.example>\nescreveu:",
    "Mairie <mairie@lue.example> escreveu no dia segunda, 15/11/2021 à(s) 19:42:",
    "Op ma 15 nov. 2021 om 19:42 schreef Mairie <mairie@lue.example>:",
    "Il giorno lun 15 nov 2021 alle ore 19:42 Mairie <mairie@lue.example> ha\nscritto:",
    "Den mån 15 nov. 2021 kl 19:42 skrev Mairie <mairie@lue.example>:",
    "man. 15. nov. 2021 kl. 19:42 skrev Mairie <mairie@lue.example>:",
    "ma 15. marrask. 2021 klo 19.42 Mairie (mairie@lue.example) kirjoitti:",
    "pon., 15 lis 2021 o 19:42 Mairie <mairie@lue.example> napisał(a):",
    "po 15. 11. 2021 v 19:42 odesílatel Mairie <mairie@lue.example> napsal:",
    "пн, 15 нояб. 2021 г. в 19:42, Mairie <mairie@lue.example>:",
    "пн, 15 лист. 2021 р. о 19:42 Mairie <mairie@lue.example> пише:",
    "În lun., 15 nov. 2021 la 19:42, Mairie <mairie@lue.example> a scris:",
    "Mairie <mairie@lue.example> ezt írta (időpont: 2021. nov. 15., H, 19:42):",
    "Mairie <mairie@lue.example>, 15 Kas 2021 Pzt, 19:42 tarihinde şunu yazdı:",
    "2021年11月15日(月) 19:42 Mairie <mairie@lue.example>:",
    "Mairie <mairie@lue.example> 于2021年11月15日周一 19:42写道：",
    "2021년 11월 15일 (월) 오후 7:42, Mairie <mairie@lue.example>님이 작성:",
    "2016-03-03 17:21 GMT+01:00 Mairie <mairie@lue.example>:",
    "2013/7/20 Mairie de Lué <mairie@lue.example>",
    # Apple Mail, iPhone
    "Le 29 avr. 2025 à 11:11, Mairie de Lué <mairie@lue.example> a écrit :",
    "> Le 29 avr. 2025 à 11:11, Mairie de Lué <mairie@lue.example> a écrit :",
    "On Apr 29, 2025, at 11:11, Mairie de Lué <mairie@lue.example> wrote:",
    "On 29 Apr 2025, at 11:11 AM, Mairie wrote:",
    "Am 29.04.2025 um 11:11 schrieb Mairie <mairie@lue.example>:",
    "El 29 abr 2025, a las 11:11, Mairie <mairie@lue.example> escribió:",
    "Il giorno 29 apr 2025, alle ore 11:11, Mairie <mairie@lue.example> ha scritto:",
    "Op 29 apr. 2025, om 11:11 heeft Mairie <mairie@lue.example> het volgende geschreven:",
    "29 апр. 2025 г., в 11:11, Mairie <mairie@lue.example> написал(а):",
    "29 apr 2025 kl. 11:11 skrev Mairie <mairie@lue.example>:",
    "Den 29. apr. 2025 kl. 11.11 skrev Mairie <mairie@lue.example>:",
    "Mairie <mairie@lue.example> kirjoitti 29.4.2025 kello 11.11:",
    "Wiadomość napisana przez Mairie <mairie@lue.example> w dniu 29.04.2025, o godz. 11:11:",
    "在 2025年4月29日，上午11:11，Mairie <mairie@lue.example> 写道：",
    "No dia 29/04/2025, às 11:11, Mairie <mairie@lue.example> escreveu:",
    # Thunderbird, Roundcube, Zimbra, SOGo, webmails
    "Le 29/04/2025 à 11:11, Mairie de Lué a écrit :",
    "Le 29/04/2025 11:11, Mairie de Lué a écrit\xa0:",
    "Le 2025-04-29 11:11, mairie@lue.example a écrit :",
    "Le 29 avril 2025 11:11:03 GMT+02:00, Mairie <mairie@lue.example> a écrit :",
    "Le mardi 29 avril 2025, Mairie de Lué <mairie@lue.example> a écrit :",
    "Le Mardi 29 avril 2025 11h11, Mairie de Lué <mairie@lue.example> a écrit :",
    "Le mardi 29 avril 2025 à 11:11:03 UTC+2, Mairie de Lué <mairie@lue.example> a écrit :",
    "Le mardi 29 avril 2025 à 11:11:03, Mairie de Lué <mairie@lue.example> a écrit :",
    "- Le 29/04/2025 11:11, Mairie de Lué a écrit :",
    "----- Le 29 Avr 25, à 11:11, Mairie de Lué mairie@lue.example a écrit :",
    "Le 29 avr. 25 à 11:11, mairie@lue.example a écrit :",
    "Mairie de Lué <mairie@lue.example> a écrit :",
    "mairie@lue.example a écrit :",
    "On 04/29/2025 11:11 AM, Mairie wrote:",
    "On 2025-04-29 11:11, Mairie wrote:",
    "Am 29.04.25 um 11:11 schrieb Mairie:",
    "El 29/04/2025 a las 11:11, Mairie escribió:",
    "El 29/04/25 11:11, Mairie escribió:",
    "Em 29/04/2025 11:11, Mairie escreveu:",
    "Il 29/04/2025 11:11, Mairie ha scritto:",
    "Op 29-04-2025 om 11:11 schreef Mairie:",
    "Den 2025-04-29 kl. 11:11, skrev Mairie:",
    "Den 29.04.2025 11:11, skrev Mairie:",
    "W dniu 29.04.2025 o 11:11, Mairie pisze:",
    "Dne 29. 04. 25 v 11:11 Mairie napsal(a):",
    "29.04.2025 11:11, Mairie пишет:",
    "29.04.2025, 11:11, \"Mairie\" <mairie@lue.example>:",
    "Вторник, 29 апреля 2025, 11:11 +03:00 от Mairie <mairie@lue.example>:",
    "---- On Tue, 29 Apr 2025 11:11:03 +0200 Mairie <mairie@lue.example> wrote ----",
    "On Tuesday, April 29th, 2025 at 11:11 AM, Mairie <mairie@lue.example> wrote:",
    "Le mardi 29 avril 2025 à 11:11, Mairie <mairie@lue.example> a écrit :",
    "Quoting Mairie de Lué <mairie@lue.example>:",
    "Citation de Mairie de Lué <mairie@lue.example> :",
    "------On 12/29/2024 17:32 PM, Mairie wrote-----",
    "2016-03-03 17:21 GMT+01:00 Mairie de Lué:",
    "20-03-2014 8:48 GMT+01:00 Mairie <mairie@lue.example>:",
    "29 lut 2016 15:38, użytkownik \"Mairie\" <mairie@lue.example> napisał:",
    "Il 09 nov 2015 08:06, \"Mairie\" <mairie@lue.example> ha scritto:",
    "Am Do., 31. März 2016, 10:05 hat Mairie <mairie@lue.example> geschrieben:",
    "Am 31. März 2016 10:05:12 MESZ schrieb Mairie <mairie@lue.example>:",
    "tors 31 mars 2016 kl 10:05 skrev Mairie <mairie@lue.example>:",
    "2016. márc. 31. 10:05 ezt írta (Mairie <mairie@lue.example>):",
    "På 7. mars 2016 kl. 15.31.12 , Mairie <mairie@lue.example> skrev:",
    "Mairie <mairie@lue.example> 於 2016年3月31日 週四，上午 10:05寫道：",
    "Vào 14:24 8 tháng 6, 2017, Mairie <mairie@lue.example> đã viết:",
    "On Thu, Mar 31, 2016 10:05 Mairie < mairie@lue.example [mairie@lue.example]> wrote:",
    "On Nov 30, 2011, at 12:47 PM, Mairie <\n416ffd3258d4d2fa4c85cfa4c44e1721d66e3e8f4\n@lue.example>\nwrote:",
    "Sent from Samsung Mobile Mairie <mairie@lue.example> wrote:",
    "Le 4 janv. 2016 19:03, \"Mairie de Lué\"\n<mairie@lue.example>\na écrit :",
    "31 марта 2016 г., 10:05 пользователь Mairie <mairie@lue.example> написал:",
    "Le jeu. 4 janv. 2024 à 09:05, Mairie de Lué <\nmairie@lue.example> a écrit :",
    "Le jeu. 4 janv. 2024\nà 09:05, Mairie de Lué\n<mairie@lue.example> a écrit :",
    "Le jeudi 4 janvier 2024 à 09:05:12 UTC+1, Mairie de Lué <mairie@lue.example> a écrit :",
    "Le 4 janvier 2024 09:05:12 GMT+01:00, \"Mairie de Lué\" <mairie@lue.example> a écrit :",
    "Le 4 janv. 2024 à 09:05 +0100, Mairie de Lué <mairie@lue.example>, a écrit :",
    "Le 04/01/2024 à 09:05, Mairie de Lué via Démarches a écrit :",
    "Le jeu. 4 janv. 2024 à 9 h 05, Mairie de Lué <mairie@lue.example> a écrit :",
    "Le jeudi 4 janvier 2024 à 09h05, Mairie <mairie@lue.example> a écrit :",
    "> Le 4 janv. 2024 à 09:05, Mairie de Lué\n> <mairie@lue.example> a écrit :",
    "Le 4 Jan 2024 à 09:05, Mairie <mairie@lue.example> a écrit:",
    "Le mer 3 janv. 2024 à 09:05 Mairie <mairie@lue.example> a écrit :",
    "Le 2024-01-04T09:05:12+01:00, Mairie <mairie@lue.example> a écrit :",
    "Le jeu. 4 janv. 2024 à 09:05,\n\nMairie de Lué <mairie@lue.example> a écrit :",
    "*Le jeu. 4 janv. 2024 à 09:05, Mairie de Lué <mairie@lue.example> a écrit :*",
    "Le 4 janv. 2024 à 09:05, Mairie de Lué [via GRC] <mairie@lue.example> a écrit :",
    "Mairie de Lué <mairie@lue.example> a écrit le 4 janvier 2024 à 09:05 :",
    "Le 4 janvier 2024 à 09:05, Mairie de Lué écrivait :",
    "Le 04.01.24 09:05, Mairie de Lué a écrit :",
    "Le jeudi 04 janvier 2024 à 09:05 +0100, Mairie de Lué a écrit :",
    "Le jeudi 04 janvier 2024 à 09:05 +0100, Mairie de Lué a écrit :",
    "Jeudi 4 janvier 2024, Mairie de Lué a écrit :",
    "On Thu, Jan 4, 2024 at 9:05 AM Mairie <mairie@lue.example> wrote:",
    "On Thu, Jan 4, 2024 at 9:05 AM 'Mairie' via Liste <mairie@lue.example> wrote:",
    "On Jan 4, 2024 09:05, \"Mairie\" <mairie@lue.example> wrote:",
    "On Thu, 4 Jan 2024, 09:05 Mairie, <mairie@lue.example> wrote:",
    "On 4 January 2024 at 09:05 Mairie <mairie@lue.example> wrote:",
    "On 2024-01-04 at 09:05, Mairie wrote:",
    "On 1/4/24 9:05 AM, Mairie wrote:",
    "On Thu, 04 Jan 2024, Mairie wrote:",
    "On Thu, 2024-01-04 at 09:05 +0100, Mairie wrote:",
    "On Thursday, January 4, 2024, Mairie <mairie@lue.example> wrote:",
    "On Thursday 04 January 2024 09:05:12 Mairie wrote:",
    "On Jan 4, 2024, at 9:05 AM, Mairie via Liste <mairie@lue.example> wrote:",
    "At 09:05 04/01/2024, Mairie wrote:",
    "Mairie wrote on 1/4/2024 9:05 AM:",
    "Mairie <mairie@lue.example> writes:",
    "In article <abc@def.example>, Mairie wrote:",
    "El jue, 4 ene 2024 a las 9:05, Mairie (<mairie@lue.example>)\nescribió:",
    "El jue., 4 de enero de 2024 09:05, Mairie <mairie@lue.example> escribió:",
    "El 4 ene 2024 9:05, \"Mairie\" <mairie@lue.example> escribió:",
    "El jueves, 4 de enero de 2024, 09:05:12 CET, Mairie <mairie@lue.example> escribió:",
    "El 4 de enero de 2024 9:05:12 CET, Mairie <mairie@lue.example> escribió:",
    "El 04/01/2024 a las 9:05, Mairie ha escrito:",
    "Am Do., 4. Jan. 2024 um 09:05 Uhr schrieb Mairie <\nmairie@lue.example>:",
    "Am Donnerstag, 4. Januar 2024 um 09:05:12 MEZ hat Mairie <mairie@lue.example> Folgendes geschrieben:",
    "Am Donnerstag, den 04.01.2024, 09:05 +0100 schrieb Mairie:",
    "Am 4. Januar 2024 09:05:12 MEZ schrieb Mairie <mairie@lue.example>:",
    "Mairie <mairie@lue.example> hat am 04.01.2024 09:05 CET geschrieben:",
    "> Mairie <mairie@lue.example> hat am 04.01.2024 09:05 CET geschrieben:",
    "Am 04.01.2024 09:05, schrieb Mairie:",
    "Gesendet: Donnerstag, 04. Januar 2024 um 09:05 Uhr\nVon: \"Mairie\" <mairie@lue.example>\nAn: e@fai.example\nBetreff: Votre",
    "Em qui., 4 de jan. de 2024 09:05, Mairie <mairie@lue.example> escreveu:",
    "Em quinta-feira, 4 de janeiro de 2024 às 09:05:12 BRT, Mairie <mairie@lue.example> escreveu:",
    "A quinta, 4/01/2024, 09:05, Mairie <mairie@lue.example> escreveu:",
    "Mairie <mairie@lue.example> escreveu (quinta, 4/01/2024 à(s) 09:05):",
    "Citando Mairie <mairie@lue.example>:",
    "Em 04-01-2024 09:05, Mairie escreveu:",
    "Il gio 4 gen 2024, 09:05 Mairie <mairie@lue.example> ha scritto:",
    "Il Giovedì 4 Gennaio 2024 9:05, Mairie <mairie@lue.example> ha scritto:",
    "Il giovedì 4 gennaio 2024 alle ore 09:05:12 CET, Mairie <mairie@lue.example> ha scritto:",
    "Il 4 gennaio 2024 alle 9.05 Mairie <mairie@lue.example> ha scritto:",
    "Il giorno gio 4 gen 2024 alle 09:05 Mairie\n<mairie@lue.example> ha scritto:",
    "Op do 4 jan 2024 om 09:05 schreef Mairie <mairie@lue.example>:",
    "Op donderdag 4 januari 2024 om 09:05:12 CET schreef Mairie <mairie@lue.example>:",
    "Mairie <mairie@lue.example> schreef op 4 jan 2024 om 09:05:",
    "Mairie schreef op 4-1-2024 om 09:05:",
    "Op 4 jan. 2024 09:05 schreef \"Mairie\" <mairie@lue.example>:",
    "Op 04-01-2024 09:05, schreef Mairie:",
    "Mairie <mairie@lue.example> a ecrit :",
    "Le 4 janv. 2024 a 09:05, Mairie <mairie@lue.example> a ecrit :",
    "Le&nbsp;4 janv. 2024 à 09:05, Mairie <mairie@lue.example> a écrit :",
]  # fmt: skip

BLOCKS = [
    "De : Mairie de Lué <mairie@lue.example>\nEnvoyé : mardi 29 avril 2025 11:11\nÀ : elodie.martin@fai.example\nObjet : Votre demande",
    "De: Mairie de Lué <mairie@lue.example>\nEnvoyé: mardi 29 avril 2025 11:11\nÀ: elodie.martin@fai.example\nObjet: Votre demande",
    "De\xa0: Mairie de Lué <mairie@lue.example>\nEnvoyé le\xa0: mardi 29 avril 2025 11:11\nÀ\xa0: Élodie\nObjet\xa0: RE: Votre",
    "*De :* Mairie de Lué\n*Envoyé :* mardi 29 avril 2025 11:11\n*À :* Élodie Martin\n*Objet :* Votre demande",
    "De : Mairie de Lué [mailto:mairie@lue.example] \nEnvoyé : mardi 29 avril 2025 11:11\nÀ : 'Élodie'\nObjet : Votre",
    "________________________________\nDe : Mairie <mairie@lue.example>\nEnvoyé : mardi 29 avril 2025 11:11\nÀ : Élodie\nObjet : Votre",
    "-----Message d'origine-----\nDe : Mairie <mairie@lue.example>\nEnvoyé : mardi 29 avril 2025 11:11\nÀ : Élodie\nObjet : Votre",
    "-------- Message d’origine --------\nDe : Mairie <mairie@lue.example>\nDate : 29/04/2025 11:11 (GMT+01:00)\nÀ : Élodie\nObjet : Votre",
    "-------- Message original --------",
    "----- Mail original -----\nDe: \"Mairie\" <mairie@lue.example>\nÀ: <e@fai.example>\nEnvoyé: Mardi 29 Avril 2025\nObjet: Votre",
    "> Message du 29/04/25 11:11\n> De : \"Mairie\" <mairie@lue.example>\n> A : <e@fai.example>\n> Copie à : \n> Objet : Votre",
    "envoyé : 29 avril 2025 à 11:11\nde : Mairie <mairie@lue.example>\nà : e@fai.example\nobjet : Votre demande",
    "From: Mairie <mairie@lue.example>\nSent: Tuesday, April 29, 2025 11:11 AM\nTo: Élodie\nSubject: Votre demande",
    "From: Mairie <mairie@lue.example>\nDate: Tuesday, 29 April 2025 at 11:11\nTo: Élodie\nSubject: Votre demande",
    "Von: Mairie <mairie@lue.example>\nGesendet: Dienstag, 29. April 2025 11:11\nAn: Élodie\nBetreff: Votre demande",
    "De: Mairie <mairie@lue.example>\nEnviado el: martes, 29 de abril de 2025 11:11\nPara: Élodie\nAsunto: Votre demande",
    "De: Mairie <mairie@lue.example>\nEnviada em: terça-feira, 29 de abril de 2025 11:11\nPara: Élodie\nAssunto: Votre demande",
    "Da: Mairie <mairie@lue.example>\nInviato: martedì 29 aprile 2025 11:11\nA: Élodie\nOggetto: Votre demande",
    "Van: Mairie <mairie@lue.example>\nVerzonden: dinsdag 29 april 2025 11:11\nAan: Élodie\nOnderwerp: Votre demande",
    "Fra: Mairie <mairie@lue.example>\nSendt: 29. april 2025 11:11\nTil: Élodie\nEmne: Votre demande",
    "Från: Mairie <mairie@lue.example>\nSkickat: den 29 april 2025 11:11\nTill: Élodie\nÄmne: Votre demande",
    "Lähettäjä: Mairie <mairie@lue.example>\nLähetetty: 29. huhtikuuta 2025 11:11\nVastaanottaja: Élodie\nAihe: Votre demande",
    "Od: Mairie <mairie@lue.example>\nWysłano: 29 kwietnia 2025 11:11\nDo: Élodie\nTemat: Votre demande",
    "От: Mairie <mairie@lue.example>\nОтправлено: 29 апреля 2025 г. 11:11\nКому: Élodie\nТема: Votre demande",
    "-----Original Message-----\nFrom: Mairie",
    "-----Ursprüngliche Nachricht-----\nVon: Mairie",
    "-----Mensaje original-----\nDe: Mairie",
    "--- Répondre au-dessus de cette ligne ---",
    "Message du 04/01/24 09:05\nDe : \"Mairie\" <mairie@lue.example>\nA : e@fai.example\nCopie à :\nObjet : Votre demande",
    "> Message du 04/01/2024 à 09:05\n> De : Mairie\n> À : e@fai.example\n> Objet : Votre",
    "De: \"Mairie\" <mairie@lue.example>\nÀ: \"Élodie\" <e@fai.example>\nEnvoyé: Jeudi 4 Janvier 2024 09:05:12\nObjet: Votre demande",
    "De : Mairie de Lué\nDate : jeudi 4 janvier 2024 à 09:05\nÀ : Élodie\nObjet : Votre demande",
    "Expéditeur : Mairie <mairie@lue.example>\nDate : 4 janvier 2024 à 09:05\nDestinataire : Élodie\nObjet : Votre demande",
    "Expéditeur: Mairie <mairie@lue.example>\nEnvoyé: 4 janvier 2024\nDestinataire: Élodie\nSujet: Votre demande",
    "Sujet : Votre demande\nDate : Thu, 4 Jan 2024 09:05:12 +0100\nDe : Mairie <mairie@lue.example>\nPour : Élodie <e@fai.example>",
    "-------- Message original --------\nSujet: Votre demande\nDate: 04.01.2024 09:05\nDe: Mairie\nÀ: e@fai.example",
    "De : Mairie de Lué <mairie@lue.example>\n\nEnvoyé : jeudi 4 janvier 2024 09:05\n\nÀ : e@fai.example\n\nObjet : Votre demande",
    "De : Mairie de Lué <mairie@lue.example> Envoyé : jeudi 4 janvier 2024 09:05 À : e@fai.example Objet : Votre demande",
    "**De :** Mairie <mairie@lue.example>\n**Envoyé :** jeudi 4 janvier 2024 09:05\n**À :** e@fai.example\n**Objet :** Votre demande",
    "From: Mairie [mailto:mairie@lue.example]\nSent: 04 January 2024 09:05\nTo: e@fai.example\nSubject: Votre",
    "-----Oorspronkelijk bericht-----\nVan: Mairie\nVerzonden: donderdag 4 januari 2024\nAan: x\nOnderwerp: Votre",
    "-----Messaggio originale-----\nDa: Mairie",
    "-----Mensagem original-----\nDe: Mairie",
    "De: Mairie <mairie@lue.example>\nFecha: jueves, 4 de enero de 2024, 9:05\nPara: e@fai.example\nAsunto: Votre",
    "De: Mairie <mairie@lue.example>\nEnviado: quinta-feira, 4 de janeiro de 2024 09:05\nPara: e@fai.example\nAssunto: Votre",
    "De: Mairie <mairie@lue.example>\nData: quinta-feira, 4 de janeiro de 2024 às 09:05\nPara: e@fai.example\nAssunto: Votre",
    "Da: \"Mairie\" <mairie@lue.example>\nA: e@fai.example\nCc:\nData: Thu, 4 Jan 2024 09:05:12 +0100\nOggetto: Votre",
    "Von: Mairie <mairie@lue.example>\nDatum: Donnerstag, 4. Januar 2024 um 09:05\nAn: e@fai.example\nBetreff: Votre",
    "Van: Mairie <mairie@lue.example>\nDatum: donderdag 4 januari 2024 om 09:05\nAan: e@fai.example\nOnderwerp: Votre",
    "Le 04/01/2024 09:05, Mairie <mairie@lue.example> :",
    "##- Veuillez taper votre réponse au-dessus de cette ligne -##",
    "---- Répondre au-dessus de cette ligne ----",
    "--- Original message ---",
    "------ Original Message ------\nFrom \"Mairie\" <mairie@lue.example>\nTo e@fai.example\nDate 04/01/2024 09:05:12\nSubject Votre",
    "Envoyé : jeudi 4 janvier 2024 à 09:05\nDe : \"Mairie\" <mairie@lue.example>\nÀ : e@fai.example\nObjet : Votre demande",
    "========================================\n\nMessage du : 04/01/2024 09:05\n"
    "De : \"Mairie \" <mairie@lue.example>\nA : e@fai.example\nCopie à :\nSujet : Votre demande",
    "----- Mail original -----\nDe: \"Mairie\" <mairie@lue.example>\nÀ: \"Élodie\" <e@fai.example>\n"
    "Cc: \"x\" <x@fai.example>\nEnvoyé: Jeudi 4 Janvier 2024 09:05:12\nObjet: Votre demande",
    "De : Mairie de Lué <mairie@lue.example>\nDate : jeudi, 4 janvier 2024 à 09:05\n"
    "À : Élodie <e@fai.example>\nCc : x\nObjet : Votre demande",
    "-------- Message original --------\nDe : Mairie <mairie@lue.example>\n"
    "Date : 04/01/2024 09:05 (GMT+01:00)\nÀ : e@fai.example\nObjet : Votre demande",
    "-------- Courriel original --------\nObjet: Votre demande\n"
    "Date: 04/01/2024 09:05\nDe: Mairie <mairie@lue.example>\nÀ: e@fai.example",
    "De : mairie@lue.example <mairie@lue.example> De la part de Mairie\nEnvoyé : jeudi 4 janvier 2024 09:05\n"
    "À : e@fai.example\nObjet : Votre",
    "De : Mairie\nEnvoyé : jeudi 4 janvier 2024 09:05\nÀ : e@fai.example;\n"
    " x@fai.example\nCc : y@fai.example\nObjet : Votre demande\nImportance : Haute",
    "________________________________\nFrom: Mairie <mairie@lue.example>\n"
    "Sent: Thursday, January 4, 2024 9:05:12 AM\nTo: e@fai.example\nSubject: Votre",
    "---------- Original Message ----------\nFrom: Mairie <mairie@lue.example>\n"
    "To: e@fai.example\nDate: 04/01/2024 9:05 AM\nSubject: Votre",
    "----- Original Message -----\nFrom: \"Mairie\" <mairie@lue.example>\n"
    "To: <e@fai.example>\nSent: Thursday, January 04, 2024 9:05 AM\nSubject: Votre",
    "-------- Ursprüngliche Nachricht --------\nVon: Mairie <mairie@lue.example>\n"
    "Datum: 04.01.24 09:05 (GMT+01:00)\nAn: e@fai.example\nBetreff: Votre",
    "-------- Originele bericht --------\nVan: Mairie <mairie@lue.example>\n"
    "Datum: 04-01-2024 09:05 (GMT+01:00)\nAan: e@fai.example\nOnderwerp: Votre",
    "------ Message d'origine ------\nDe \"Mairie\" <mairie@lue.example>\n"
    "À \"Élodie\" <e@fai.example>\nDate 04/01/2024 09:05:12\nObjet Votre demande",
]  # fmt: skip

PROSE = [
    "Le 12 mars, j'ai constaté que le lampadaire était éteint.",
    "Le maire a écrit :",
    "Le 12 mars 2024, votre service m'a écrit :",
    "Le 12/03/2024 à 14:30, vous nous avez écrit :",
    "Le lundi 12 mars 2024 à 10:00 nous avons rendez-vous :",
    "Le lundi matin, le camion passe à 6:30 et réveille tout le quartier :",
    "On m'a dit le 3 mai 2024 que ma demande était prête :",
    "On 3 May 2024 I wrote to you about this:",
    "Le 12/03/2024 j'ai écrit à mairie@lue.example :",
    "Voici ce que le préfet écrit :",
    "De : la gare\nÀ : la mairie",
    "Objet : demande de place en crèche",
    "Date : samedi 14 juin 2025\nLieu : salle des fêtes",
    "Pour : mon fils, à partir du 2 septembre :",
    "A : lundi 10:30\nB : mardi 11:30",
    "-- premier point\n-- deuxième point",
    "----------",
    "| lundi | 10:00 |",
    "Merci de répondre à elodie.martin@fai.example, ou au 05 00 00 00 00 :",
    "Envoyé : le dossier complet, le 12 mars 2024",
    "Mon adresse de courriel : elodie.martin@fai.example",
    "Le maire a écrit le 12 mars 2024 :",
    "Le maire a écrit le 12/03/2024 à 10:30 ceci :",
    "Mon voisin m'a écrit le 4 janvier 2024 à 09:05 :",
    "De : Dax à : Bordeaux, le 12 mars",
    "Je viens de : Dax. Envoyé : le 12. A : ok. Objet : non",
    "On the 3rd of May 2024 at 10:30 the mayor wrote on the wall:",
    "Vous avez écrit le 12/03/2024 à 10:30 :",
    "Votre service a écrit le 12/03/2024 à 10:30 :",
    "J'ai écrit le 12/03/2024 à 10:30 :",
    "Le préfet ha escrito:",
    "Message du 12 mars : rien.",
    "Le 3 mai 2024, j'ai écrit à la mairie et j'attends :",
    "Le lampadaire de la rue des Pins, signalé le 12/03/2024 à 10:30 :",
    "Le dimanche, les cloches sonnent à 7:00 :",
    "On ne peut plus dormir depuis le 12/03/2024 :",
    "En août, nous avons écrit :",
    "Le 14 juillet 2025 à 22:30, le feu d'artifice :",
    "On Monday 3 May 2024 at 10:30 I waited :",
    "Am 3. Mai 2024 um 10:30 Uhr war ich dort:",
    "El 3 de mayo de 2024 a las 10:30 escribí:",
    "Il 3 maggio 2024 alle 10:30 ho scritto:",
    "Op 3 mei 2024 om 10:30 heb ik geschreven:",
    "Em 3 de maio de 2024 às 10:30 escrevi:",
    "Le 12/03/2024 à 14:30 on m'a répondu :",
    "Le 5 mai, Mme Dupont de votre service m'a écrit :",
]  # fmt: skip


@pytest.mark.parametrize("sentence", SENTENCES)
def test_an_answer_above_what_a_program_announces_is_found(sentence: str) -> None:
    for quoted in (QUOTED, "\n".join("> " + line for line in QUOTED.split("\n"))):
        folded = fold(f"{WRITTEN}\n\n{sentence}\n\n{quoted}")
        assert folded.reply == WRITTEN
        assert "jeudi" in folded.quoted


@pytest.mark.parametrize("block", BLOCKS)
def test_an_answer_above_a_block_of_headers_is_found(block: str) -> None:
    folded = fold(f"{WRITTEN}\n\n{block}\n\n{QUOTED}")
    assert folded.reply == WRITTEN
    assert folded.quoted.endswith(QUOTED)


@pytest.mark.parametrize("sentence", SENTENCES)
def test_an_answer_below_the_quotation_stays_visible(sentence: str) -> None:
    quoted = "\n".join("> " + line for line in QUOTED.split("\n"))
    folded = fold(f"{sentence}\n{quoted}\n\n{WRITTEN}")
    assert folded.reply == WRITTEN


@pytest.mark.parametrize("prose", PROSE)
def test_a_citizens_own_words_are_never_taken_for_a_quotation(prose: str) -> None:
    text = f"Bonjour,\n\n{prose}\n\nle portail reste ouvert toute la nuit.\n\nMerci"
    assert fold(text).reply == text


def test_answers_between_the_lines_stay_visible() -> None:
    folded = fold("""Le 29/04/2025 à 11:11, Mairie de Lué a écrit :
> Avez-vous l'accord du voisin ?

Oui, il est joint.

> À quelle date commencent les travaux ?
Le 3 juin.

> Cordialement""")
    assert folded.reply == "Oui, il est joint.\n\nLe 3 juin."
    assert "accord du voisin" in folded.quoted


def test_the_wrapped_rest_of_a_quoted_line_is_quoted() -> None:
    folded = fold("""Merci.

> Nous avons bien reçu votre demande de branchement au réseau d'eau potable
du 3 mai
> et nous vous répondrons.""")
    assert folded.reply == "Merci."


def test_a_lone_forward_is_shown_whole() -> None:
    head = "De : Syndic <syndic@immeuble.example>\nDate : mar. 29 avr. 2025 à 11:11\nObjet : Fuite"
    text = f"---------- Message transféré ---------\n{head}\n\nIl y a une fuite."
    assert fold(text, "Tr : Fuite").reply == text


def test_what_is_forwarded_with_a_word_above_stays_visible() -> None:
    text = "Pour votre information.\n\nDe : Syndic <syndic@immeuble.example>\nEnvoyé : 29 avril 2025\nObjet : Fuite\n\nIl y a une fuite."
    assert fold(text, "TR: Fuite").reply == text
    assert fold(text, "RE: Fuite").reply == "Pour votre information."


def test_a_mail_that_only_quotes_is_shown_whole() -> None:
    text = "> Bonjour\n> Nos agents passeront jeudi."
    assert fold(text).reply == text


def test_an_answer_on_the_line_of_the_announcement_is_kept() -> None:
    folded = fold("D'accord. --- Le 29 avr. 2025 à 11:11, Mairie <mairie@lue.example> a écrit :\n\nNous passerons jeudi.")
    assert folded.reply == "D'accord."
    assert "passerons" in folded.quoted


@pytest.mark.parametrize(
    "signature",
    ["Envoyé de mon iPhone", "Envoyé depuis l’application Mail Orange", "Envoyé à partir d’Outlook pour Android", "Sent from my Galaxy",
     "Envoyé depuis mon mobile Orange", "Télécharger Outlook pour iOS", "Envoyé avec Proton Mail",
     "Provenance : Courrier pour Windows"],
)  # fmt: skip
def test_the_signature_of_a_telephone_goes_with_what_is_folded(signature: str) -> None:
    folded = fold(f"D'accord pour jeudi.\n\n{signature}\n\nLe 29 avr. 2025 à 11:11, Mairie <mairie@lue.example> a écrit :\n> Jeudi ?")
    assert folded.reply == "D'accord pour jeudi."
    assert signature in folded.quoted


def test_a_signature_with_a_telephone_number_stays() -> None:
    folded = fold("D'accord.\n\n-- \nÉlodie Martin\n05 00 00 00 00\n\nLe 29/04/2025 à 11:11, Mairie a écrit :\n> Jeudi ?")
    assert "05 00 00 00 00" in folded.reply


LINES = st.one_of(
    st.sampled_from([*SENTENCES, *BLOCKS, *PROSE, "", "> cité", ">> deux fois", "Oui.", "-- ", "Envoyé de mon iPhone", "________________"]),
    st.text(max_size=60),
)


@given(st.lists(LINES, max_size=12).map("\n".join))
def test_no_line_is_lost(text: str) -> None:
    folded = fold(text)
    assert _letters(folded.reply) + _letters(folded.quoted) == _letters(text)
    assert not folded.quoted or folded.reply.strip()


def _letters(text: str) -> _Bag:
    return _Bag(re.sub(r"\s", "", text))


class _Bag(dict[str, int]):
    """How often each character occurs."""

    def __init__(self, text: str) -> None:
        super().__init__()
        for char in text:
            self[char] = self.get(char, 0) + 1

    def __add__(self, other: _Bag) -> _Bag:
        out = _Bag("")
        for one in (self, other):
            for char, count in one.items():
                out[char] = out.get(char, 0) + count
        return out
