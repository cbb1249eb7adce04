"""How mail programs announce what they quote, a language a line: words only, the rules are in `quote.py`."""

from __future__ import annotations

import re

from channels.email.vocabulary import one_of

# « Le 12 mars, X a écrit : »: how the sentence begins …
BEGINS = one_of("""
    fr le | date
    en on | at
    es el | fecha
    pt em | no | na | a(?:t|z)
    it il | il giorno | il dì | la
    de am
    nl op
    da den | på
    pl dnia | w dniu | w dn | wiadomość napisana przez
    cs dne | dňa
    ru в | у | на
    ro în
    tr ve
    vi vào
    id pada
    hr dana
    el στις
    he בתאריך
    ar في
""")

# … or with the day itself.
DAYS = one_of("""
    fr lun | mar | mer | jeu | ven | sam | dim
    en mon | tue | wed | thu | fri | sat | sun
    de mo | di | mi | do | fr | sa | so
    es lunes | martes | mié | jue | vie | sáb | dom
    pt seg | ter | qua | qui | sex
    it gio
    nl ma | wo | za | zo
    da man | tir | ons | tor | lør | søn
    sv mån | tis | ons | tors | fre | lör | sön
    fi ma | ti | ke | to | pe | la | su
    pl pon | wt | śr | czw | pt | sob | niedz
    cs po | út | st | čt | pá | so | ne
    ru пн | вт | ср | чт | пт | сб | вс | нд
""")

# Verbs that end the sentence: a colon may follow, no name.
ENDING_VERBS = one_of(r"""
    fr a\s+[ée]crit | [ée]crivait
    en wrote | writes | said | sent
    es escribi[óo] | escribe | ha\s+escrito
    ca va escriure | ha escrit
    pt escreveu | a écrit
    it ha\s+scritto | scrisse | scrive
    de geschrieben | schrieb | schrieb am .{4,60}
    nl geschreven | schreef
    da skrev | skriver
    fi kirjoitti
    pl napisa[łl] | napisa[łl]a | napisa[łl]\(a\) | pisze
    cs napsala? | napsal\(a\) | napsal/a | napísala? | napísal\(a\)
    ru написала? | написал\(а\) | написал\(-а\) | пишет | писала? | написали
    uk пише | написав
    bg написа
    ro a scris
    hu ezt írta | írta | ezt írta \(.{0,60}\)
    tr şunu yazdı | yazdı
    hr napisao(?: je)? | napisala je | je napisao | je napisal
    el έγραψε | γράψε
    et kirjutas
    lt rašė
    lv rakstīja
    eu idatzi du
    vi đã viết
    id menulis
    he כתב | כתבה | כתב/ה
    ar كتب | كتبت
    th เขียน
""")

# Verbs that the name may follow: « Am … schrieb X: ».
MIDDLE_VERBS = one_of(r"""
    de schrieb | geschrieben von
    nl schreef | geschreven door
    da skrev | skreiv
    fi kirjoitti
    pl napisał | napisała | napisał\(a\) | napisana przez
    ru пишет | написал | написала | написал\(а\)
    uk написав
""")

# The same where prose does it too: « X <x@y.example> escreveu no dia …: » needs the address between <>.
MIDDLE_VERBS_OF_PROSE = one_of(r"""
    fr a\s+écrit | écrit par
    en wrote
    es escribió
    pt escreveu
    it ha\s+scritto
""")

# « X wrote on 4/1/2024 9:05 AM: »: no address, the date behind the verb.
DATED_VERBS = one_of(r"""
    fr a\s+écrit le
    en wrote on
    es escribió el
    pt escreveu em
    it ha\s+scritto il
    de schrieb am
    nl schreef op
""")

# Horde and others begin with what they do: « Quoting X <x@y.example>: ».
QUOTING = one_of(r"""
    en quoting
    fr citation de
    de zitat von
    es citando a
    pt citando
    it cita
    nl citaat van
""")

# East Asian languages put no spaces around them.
ASIAN_VERBS = one_of("""
    zh 写道 | 寫道 | 写到
    ja のメッセージ | は書きました | さんは書きました
    ko 님이 작성 | 님이 작성하였습니다 | 님이 작성했습니다 | 작성
""")

# Right before the verb they make it a sentence of a person: « votre service m'a écrit : ».
PRONOUNS = one_of(r"""
    fr je | tu | il | elle | on | ils | elles | nous | vous | me | lui | leur | y | en | qui | (?:mon|ma|votre|notre|son|sa) \w+
    en i | we | you | they | he | she | who | it | (?:my|our|your|his|her) \w+
    de ich | wir | er | sie
    es yo | él | ella
    pt eu | ele | ela
    nl ik | wij | hij
    da jag | jeg | vi | han | hun
    it io | lui | lei
""")

# Fields of the block that Outlook and others put above what they quote, by meaning.
FIELDS = {
    "from": one_of("""
        fr de | expéditeur | émetteur | emetteur
        en from
        es de | remitente
        pt de | remetente
        it da | di | mittente
        de von | absender
        nl van | afzender
        da fra | afsender
        no fra | avsender
        sv från | avsändare
        fi lähettäjä
        pl od | nadawca
        cs od | odesílatel
        ru от | отправитель
        uk від
        ro de la
        hu feladó
        tr kimden
        zh 发件人 | 發件人 | 寄件者
        ja 差出人 | 送信元
        ko 보낸 사람
    """),
    "date": one_of("""
        fr date | envoyé | envoyé le | date d['’]envoi
        en sent | sent at | sent on | date
        es fecha | enviado | enviado el
        pt data | enviado em | enviada | enviada em
        it data | data invio | inviato | inviato il
        de datum | gesendet | gesendet am
        nl datum | verzonden | verzonden op
        da dato | sendt
        sv datum | skickat
        fi päivämäärä | päiväys | lähetetty
        pl data | data wysłania | wysłano | wysłane
        cs datum | dne | odesláno
        ru дата | отправлено
        uk надіслано | відправлено
        ro trimis
        hu dátum | elküldve
        tr tarih | gönderilme
        zh 发送时间 | 傳送日期 | 日期
        ja 日時 | 送信日時
        ko 보낸 날짜
    """),
    "to": one_of("""
        fr à | a | pour | destinataire | destinataires
        en to
        es para | destinatario
        pt para
        it a | per
        de an | empfänger
        nl aan | naar | ontvanger
        da til | modtager
        no til | mottaker
        sv till
        fi vastaanottaja
        pl do | odbiorca
        cs komu
        ru кому | получатель
        ro către
        hu címzett
        tr kime
        zh 收件人
        ja 宛先
        ko 받는 사람
    """),
    "subject": one_of("""
        fr objet | sujet
        en subject | re
        es asunto
        pt assunto | tópico
        it oggetto
        de betreff | betr
        nl onderwerp
        da emne
        sv ämne
        fi aihe
        pl temat
        cs předmět
        ru тема
        ro subiect
        hu tárgy
        tr konu
        zh 主题 | 主旨
        ja 件名 | 主題
        ko 제목
    """),
    "copy": one_of("""
        fr cc | cci | copie | copie à | répondre à | importance | priorité | pièces jointes
        en bcc | reply-to | reply to | attachments | organization
        es responder a | adjuntos | importancia
        it allegati
        de kopie | antwort an | anlagen | wichtigkeit | priorität
        nl bijlagen
        da kopi | prioritet
        sv kopia | bilagor
        fi kopio
        pl dw | udw
        ru копия
        uk копія
        zh 抄送 | 抄本
    """),
}

# « -----Message d'origine----- », alone on its line between dashes.
ORIGINAL = one_of("""
    fr message d.origine | message original | message initial | message précédent | mail original | mail d.origine | courriel original
    fr e-mail d.origine | rendez-vous d.origine
    en original message | original email | original mail | original appointment | reply message | replied message | thread
    es mensaje original | mensaje origen | mensaje de origen
    ca missatge original
    pt mensagem original
    it messaggio originale | messaggio di origine
    de ursprüngliche nachricht | ursprungliche nachricht
    de originalnachricht | ursprüngliche mitteilung | original-nachricht | original nachricht
    nl oorspronkelijk bericht | origineel bericht | originele? e-?mail | originele bericht
    da oprindelig meddelelse | original meddelelse
    no opprinnelig melding | original melding
    sv originalmeddelande | ursprungligt meddelande
    fi alkuperäinen viesti
    pl oryginalna wiadomość | wiadomość oryginalna | wiadomość pierwotna
    cs původní zpráva | původní e-mail
    ru исходное сообщение | оригинальное сообщение
    ro mesaj original | mesajul original
    hu eredeti üzenet
    tr özgün ileti | orijinal mesaj
    zh 原始邮件 | 原始郵件 | 邮件原件
    ja 元のメッセージ
""")

# The same with a date in place of the dashes (Orange, La Poste).
DATED = r"message du(?: ?:)? \d{1,2}/\d{1,2}/\d{2,4},?(?: à)? \d{1,2}[:h]\d{2}"

# « ---------- Message transféré --------- »
FORWARDED = one_of("""
    fr message transféré | message réexpédié | mail transféré | courriel transféré | début du message transféré | début du message réexpédié
    en forwarded message | forwarded email | forwarded mail | forwarded by | begin forwarded message | fwd
    es mensaje reenviado | inicio del mensaje reenviado
    pt mensagem encaminhada | mensagem reencaminhada | início da mensagem encaminhada | início da mensagem reencaminhada
    it messaggio inoltrato | inizio messaggio inoltrato
    de weitergeleitete nachricht | weitergeleitet von | anfang der weitergeleiteten nachricht | anfang der weitergeleiteten e-mail
    nl doorgestuurd bericht | begin doorgestuurd bericht
    da videresendt meddelelse | videresendt besked
    no videresendt melding
    sv vidarebefordrat meddelande | vidarebefordrat mejl | vidarebefordrat brev
    fi välitetty viesti
    pl przekazana wiadomość | wiadomość przekazana | treść przekazanej wiadomości
    cs přeposlaná zpráva
    ru пересылаемое сообщение | пересланное сообщение | пересланное письмо
    uk переслане повідомлення
    zh 转发的?邮件 | 轉寄郵件
    ja 転送メッセージ
""")

# The same in Apple Mail: a sentence with a colon, without dashes.
FORWARD_SENTENCES = one_of("""
    fr début du message transféré | début du message réexpédié
    en begin forwarded message
    es inicio del mensaje reenviado
    pt início da mensagem encaminhada | início da mensagem reencaminhada
    it inizio messaggio inoltrato
    de anfang der weitergeleiteten nachricht | anfang der weitergeleiteten e-mail
    nl begin doorgestuurd bericht
    da videresendt meddelelse | videresendt besked
    sv vidarebefordrat brev
""")

# Subjects that say "I forward": what is below is the matter, not a quotation.
FORWARD_SUBJECT = re.compile(
    r"^\s*(?:\[[^\]]{0,60}\]\s*)?(?:fwd?|tr|transf|wg|rv|renv|i|doorst|vb|vs|vl|enc|pd|пересл|fs|rif|trf)\s*[:：]", re.IGNORECASE
)

# Lines that programs add below what was written; folded at the end of an answer only.
MOBILE_SIGNATURES = one_of(r"""
    fr envoyé (?:de(?:puis)?|à partir d|avec|par|via|en utilisant) ?(?:mon |ma |mes |l.|la |le |un |une |d.un |e |')?.{2,60}
    fr (?:télécharge[rz]?|obtenir|obtenez) outlook pour .{2,40} | provenance : (?:courrier|mail) (?:pour|for) windows.{0,20}
    en sent from my .{2,60} | sent from .{0,30}(?:iphone|ipad|phone|device|mobile|android|blackberry|outlook).{0,30}
    en sent (?:from|via|with|using|by) (?:an? |the |outlook|yahoo|mail|gmail|proton|samsung|iphone|ipad|android|mobile|windows|spark).{0,80}
    en sent (?:from|via|with|using|by) (?:airmail|tutanota|k-9|blackberry|nine|bluemail|galaxy|huawei|xiaomi|zoho|fastmail|gmx|aol).{0,80}
    en (?:get|download) outlook for .{2,40}
    es enviado (?:desde|con|por) .{2,60} | obtener outlook para .{2,30}
    pt enviado (?:do|de|a partir do|com|pelo) .{2,60} | enviada do meu .{2,40} | obter o outlook para .{2,30}
    it inviato (?:da|dal|con|tramite) .{2,60} | scarica outlook per .{2,30}
    de gesendet (?:von|mit|über|aus) .{2,60} | von meinem .{2,40} gesendet | diese nachricht wurde von meinem .{2,60}
    nl verzonden (?:vanaf|met|via|vanuit) .{2,60} | verstuurd vanaf .{2,60} | outlook voor (?:ios|android) downloaden
    da sendt fra .{2,60} | hent outlook (?:til|for) .{2,30}
    sv skickat från .{2,60} | hämta outlook för .{2,30}
    fi lähetetty .{2,50}(?:sta|stä|lta|ltä|laitteesta).{0,20}
    pl wysłan[eo] z .{2,60} | pobierz (?:program )?outlook dla .{2,40}
    cs odesláno z .{2,60}
    ru отправлено (?:с|из|от) .{2,60}
    uk надіслано з .{2,40}
    ro trimis de pe .{2,40}
    tr iphone'?umdan gönderildi
    zh 从我的.{1,20}发送 | 发自我的 ?.{1,20}
    ja iphoneから送信
""")

# « Répondre au-dessus de cette ligne », of other ticket systems.
ABOVE_LINE = one_of(r"""
    fr (?:répond(?:re|ez)|écri(?:re|vez)|saisi(?:r|ssez)|veuillez).{0,60}au[- ]dessus de (?:cette|la) ligne
    en (?:reply|type your (?:reply|response)|please (?:reply|type|write)).{0,30} above th(?:is|e) (?:dotted )?line
    es (?:responda|responder|escriba|escriva).{0,40}(?:encima|por encima|acima) d(?:e )?esta (?:línea|linha)
    it (?:rispondi|risposta).{0,40}sopra questa (?:linea|riga)
    de (?:antwort|schreiben).{0,40}(?:oberhalb|über) dieser (?:zeile|linie)
    nl (?:antwoord|reageer|typ).{0,40}boven deze (?:lijn|regel)
""")
