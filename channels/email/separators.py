"""How mail programs announce what they quote, language by language: words only, the rules are in `quote.py`.

French, English, Spanish, Portuguese, Italian, German, Dutch, Danish, Norwegian, Swedish, Finnish, Polish, Czech, Russian, Ukrainian,
Romanian, Hungarian, Turkish, Chinese, Japanese.
"""

from __future__ import annotations

import re

# « Le 12 mars, X a écrit : »: how the sentence begins …
BEGINS = (
    "le", "on", "am", "el", "il", "em", "no", "na", "op", "den", "de", "på", "dnia", "w dniu", "w dn", "dne", "a(?:t|z)", "în", "la", "ve",
    "dňa", "в", "у", "le lun", "date", "at", "il giorno", "il dì", "pada", "vào",
)  # fmt: skip
# … or with the day itself.
DAYS = (
    r"lun|mar|mer|jeu|ven|sam|dim|mon|tue|wed|thu|fri|sat|sun|mo|di|mi|do|fr|sa|so|lunes|martes|mié|jue|vie|sáb|dom|seg|ter|qua|qui|sex|"
    r"gio|mån|tis|ons|tors|fre|lör|sön|ma|ti|ke|to|pe|la|su|pon|wt|śr|czw|pt|sob|niedz|пн|вт|ср|чт|пт|сб|вс|нд|po|út|st|čt|pá|so|ne"
)
# Verbs that end the sentence (a colon may follow, no name).
ENDING_VERBS = (
    r"wrote|writes|a\s+[ée]crit|[ée]crivait|[ée]crit|escribi[óo]|escribe|escreveu|ha\s+scritto|scrisse|scrive|napisa[łl]\(a\)|napisa[łl]a|napisa[łl]|"
    r"pisze|napsala?|napsal\(a\)|napísala?|написала?|написал\(а\)|пишет|писала?|пише|написав|написали|kirjoitti|a scris|ezt írta|írta|"
    r"şunu yazdı|yazdı|geschreven|schreef|geschrieben|schrieb|skrev|skriver|scripsit|said|sent|написа|γράψε|έγραψε|menulis|đã viết|написал\(-а\)|"
    r"пользователь написал|va escriure|ha escrit|idatzi du|kirjutas|rašė|rakstīja|a tv"
)
# Verbs that the name may follow: « schrieb X: ».
MIDDLE_VERBS = (
    r"schrieb|schreef|geschreven door|skrev|skreiv|écrit par|geschrieben von|escribió|napisał(?:a|\(a\))?|пишет|написал(?:а|\(а\))?|wrote|написав"
)
# Verbs of East Asian languages stand without spaces around them.
ASIAN_END = r"写道|寫道|写到|のメッセージ|は書きました|さんは書きました|님이 작성|작성"

# Header block of Outlook and others: the field names, by meaning.
FIELDS = {
    "from": (
        "from|de|von|van|da|från|fra|od|от|від|lähettäjä|mittente|remitente|remetente|expéditeur|kimden|feladó|odesílatel|afsender|avsender|"
        "avsändare|emetteur|émetteur|absender|afzender|发件人|發件人|寄件者|差出人|送信元|보낸 사람|nadawca|отправитель|di|de la"
    ),
    "date": (
        "sent|date|envoyé le|envoyé|gesendet am|gesendet|datum|verzonden|enviado el|enviado em|enviada em|enviado|enviada|data|inviato il|"
        "inviato|skickat|sendt|wysłano|wysłane|data wysłania|отправлено|дата|відправлено|надіслано|lähetetty|päivämäärä|päiväys|fecha|"
        "data invio|dato|sent at|sent on|gönderilme|tarih|odesláno|dne|trimis|elküldve|dátum|发送时间|傳送日期|日期|日時|送信日時|보낸 날짜|verzonden op"
    ),
    "to": (
        "to|à|a|an|aan|para|till|til|do|komu|кому|vastaanottaja|destinataire|destinataires|destinatario|empfänger|ontvanger|odbiorca|modtager|mottaker|"
        "kime|címzett|către|收件人|宛先|받는 사람|pour|per|naar|получатель"
    ),
    "subject": (
        "subject|objet|sujet|betreff|onderwerp|asunto|assunto|oggetto|ämne|emne|temat|тема|aihe|předmět|konu|tárgy|subiect|件名|主题|主旨|主題|제목|"
        "tópico|betr|re"
    ),
    "copy": (
        "cc|cci|bcc|kopie|kopia|kopi|copie à|copie|copia|копия|копія|kopio|dw|udw|reply-to|répondre à|antwort an|reply to|responder a|importance|importancia|"
        "prioritet|priorité|priorität|wichtigkeit|attachments|pièces jointes|anlagen|bijlagen|adjuntos|allegati|bilagor|organization|抄送|抄本"
    ),
}  # fmt: skip

# « -----Message d'origine----- », alone on its line between dashes.
ORIGINAL = (
    r"original message|original email|original mail|reply message|replied message|message d.origine|message original|message initial|mail original|"
    r"mail d.origine|courriel original|e-mail d.origine|message précédent|ursprüngliche nachricht|originalnachricht|original-nachricht|"
    r"original nachricht|ursprungliche nachricht|mensaje original|mensaje (?:de )?origen|mensagem original|messaggio originale|messaggio di origine|"
    r"oorspronkelijk bericht|origineel bericht|originalmeddelande|ursprungligt meddelande|oprindelig meddelelse|original meddelelse|"
    r"opprinnelig melding|original melding|alkuperäinen viesti|oryginalna wiadomość|wiadomość oryginalna|wiadomość pierwotna|původní zpráva|"
    r"исходное сообщение|оригинальное сообщение|пересланное письмо|mesaj original|mesajul original|eredeti üzenet|özgün ileti|orijinal mesaj|"
    r"原始邮件|原始郵件|邮件原件|元のメッセージ|original appointment|rendez-vous d.origine|missatge original|thread"
)
FORWARDED = (
    r"forwarded (?:message|email|mail|by)|message transféré|message réexpédié|mail transféré|courriel transféré|début du message (?:transféré|réexpédié)|"
    r"begin forwarded message|weitergeleitete nachricht|anfang der weitergeleiteten (?:nachricht|e-mail)|weitergeleitet von|"
    r"mensaje reenviado|inicio del mensaje reenviado|mensagem (?:encaminhada|reencaminhada)|início da mensagem (?:encaminhada|reencaminhada)|"
    r"messaggio inoltrato|inizio messaggio inoltrato|doorgestuurd bericht|begin doorgestuurd bericht|vidarebefordrat (?:meddelande|mejl|brev)|"
    r"vidarebefordrat meddelande|videresendt (?:meddelelse|melding|besked)|välitetty viesti|alkaa|przekazana wiadomość|wiadomość przekazana|"
    r"treść przekazanej wiadomości|пересылаемое сообщение|пересланное сообщение|переслане повідомлення|přeposlaná zpráva|転送メッセージ|"
    r"转发的?邮件|轉寄郵件|fwd|mensagem encaminhada"
)
# Subjects that say "I forward": what is below is the matter, not a quotation.
FORWARD_SUBJECT = re.compile(
    r"^\s*(?:\[[^\]]{0,60}\]\s*)?(?:fwd?|tr|transf|wg|rv|renv|i|doorst|vb|vs|vl|enc|pd|пересл|fs|rif|trf)\s*[:：]", re.I
)

# Lines that programs add below what was written; folded at the end of an answer only.
MOBILE_SIGNATURES = (
    r"envoyé (?:de(?:puis)?|à partir d|avec|par|via|en utilisant) ?(?:mon |ma |mes |l.|la |le |un |une |d.un |e |')?.{2,60}|"
    r"sent (?:from|via|with|using|by) (?:my |an? |the |outlook|yahoo|mail|gmail|proton|samsung|iphone|ipad|android|mobile|windows|spark|airmail|tutanota|"
    r"k-9|blackberry|nine|bluemail|galaxy|huawei|xiaomi|zoho|fastmail|gmx|aol).{0,80}|"
    r"sent from .{0,30}(?:iphone|ipad|phone|device|mobile|android|blackberry|outlook).{0,30}|"
    r"(?:get|download|télécharge[rz]?|obtenir|obtenez|téléchargez) outlook (?:for|pour) .{2,40}|"
    r"provenance : (?:courrier|mail) (?:pour|for) windows.{0,20}|"
    r"gesendet (?:von|mit|über|aus) .{2,60}|von meinem .{2,40} gesendet|diese nachricht wurde von meinem .{2,60}|"
    r"enviado (?:desde|do|de|a partir do|con|com|por|pelo) .{2,60}|enviada do meu .{2,40}|obtener outlook para .{2,30}|obter o outlook para .{2,30}|"
    r"inviato (?:da|dal|con|tramite) .{2,60}|scarica outlook per .{2,30}|"
    r"verzonden (?:vanaf|met|via|vanuit) .{2,60}|verstuurd vanaf .{2,60}|outlook voor (?:ios|android) downloaden|"
    r"skickat från .{2,60}|sendt fra .{2,60}|hent outlook (?:til|for) .{2,30}|hämta outlook för .{2,30}|lähetetty .{2,50}(?:sta|stä|lta|ltä|laitteesta).{0,20}|"
    r"wysłan[eo] z .{2,60}|pobierz (?:program )?outlook dla .{2,40}|отправлено (?:с|из|от) .{2,60}|надіслано з .{2,40}|odesláno z .{2,60}|"
    r"trimis de pe .{2,40}|iphone'?umdan gönderildi|iphoneから送信|从我的.{1,20}发送|发自我的 ?.{1,20}"
)

ABOVE_LINE = (
    r"(?:reply|type your (?:reply|response)|please (?:reply|type|write)).{0,30} above th(?:is|e) (?:dotted )?line|"
    r"(?:répond(?:re|ez)|écri(?:re|vez)|saisi(?:r|ssez)).{0,60}au[- ]dessus de (?:cette|la) ligne|"
    r"antwort.{0,40}(?:oberhalb|über) dieser (?:zeile|linie)|antworten sie.{0,40}über dieser (?:zeile|linie)|"
    r"(?:responda|responder|escriba).{0,40}(?:encima|por encima|acima) de esta (?:línea|linha)|"
    r"(?:rispondi|risposta).{0,40}sopra questa (?:linea|riga)|(?:antwoord|reageer|typ).{0,40}boven deze (?:lijn|regel)"
)
