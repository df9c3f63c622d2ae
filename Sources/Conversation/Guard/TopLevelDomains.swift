/// Endings that make a word with a dot a link.
///
/// All country codes and the generic ones in use (https://data.iana.org/TLD/tlds-alpha-by-domain.txt, read by hand for
/// what spam uses); an unknown ending before a path counts as well.
enum TopLevelDomains {
    static func contains(_ label: String) -> Bool { all.contains(label) }

    /// Before a country's ending.
    static let secondLevel: Set<String> = ["com", "co", "net", "org", "gov", "edu", "ac", "gob", "nom"]

    /// After a dot in disguise.
    static let common: Set<String> = set(
        "com net org pt br es eu io co uk app info biz shop site online xyz me link store dev ai us ru cn top club"
    )

    /// `plano.pdf` is a file. Endings that are domains too count as files.
    static let fileEndings: Set<String> = set(
        """
        pdf doc docx xls xlsx ppt pptx txt csv png jpg jpeg gif webp svg mp3 mp4 ogg opus wav heic js ts jsx tsx css
        html
        htm xml json yaml yml zip rar psd ai eps fig indd mov avi mkv apk exe ics vcf odt ods key pages numbers
        """
    )

    private static let all: Set<String> = set(
        """
        com net org info biz name pro mobi app dev shop store site online website web xyz top club live life world link
        click page blog cloud digital agency studio design media email chat social space tech technology systems
        solutions services support help center company group business finance financial money cash pay loan loans credit
        bank tax insurance investments trading market markets marketing sale sales deals discount bargains buy gift
        gifts
        promo free bid win vip fun games game bet casino poker porn sex xxx adult dating men work works jobs careers
        news today press network host hosting domains global international art photo photos photography
        pics video film music band fashion shoes clothing jewelry watch cars auto bike travel holiday vacations
        hotel flights tours restaurant bar pub cafe pizza food recipes kitchen wine beer fit fitness yoga health care
        clinic dental doctor hospital pharmacy vet school academy education university training coach guru expert
        consulting legal law attorney lawyer house homes property properties estate rent apartments land city town icu
        cyou rest bond sbs monster quest lol wtf ninja rocks zone run tips how wiki ltd llc inc gmbh limited one plus
        gold black red blue pink green love family kids baby toys pet dog kim moe lat rio brasil istanbul london
        paris berlin tokyo nyc amsterdam barcelona madrid cat gal eus bzh edu gov mil int aero coop museum jobs asia tel
        post travel arpa example test invalid localhost onion crypto eth
        ac ad ae af ag ai al am ao aq ar as at au aw ax az ba bb bd be bf bg bh bi bj bm bn bo br bs bt bw by bz ca cc
        cd cf cg ch ci ck cl cm cn co cr cu cv cw cx cy cz de dj dk dm do dz ec ee eg er es et eu fi fj fk fm fo fr ga
        gb gd ge gf gg gh gi gl gm gn gp gq gr gs gt gu gw gy hk hm hn hr ht hu id ie il im in io iq ir is it je jm jo
        jp ke kg kh ki km kn kp kr kw ky kz la lb lc li lk lr ls lt lu lv ly ma mc md me mg mh mk ml mm mn mo mp mq mr
        ms mt mu mv mw mx my mz na nc ne nf ng ni nl no np nr nu nz om pa pe pf pg ph pk pl pm pn pr ps pt pw py qa re
        ro rs ru rw sa sb sc sd se sg sh si sj sk sl sm sn so sr ss st su sv sx sy sz tc td tf tg th tj tk tl tm tn to
        tr tt tv tw tz ua ug uk us uy uz va vc ve vg vi vn vu wf ws ye yt za zm zw
        """
    )

    private static func set(_ list: String) -> Set<String> {
        Set(list.split(whereSeparator: { $0 == " " || $0 == "\n" }).map(String.init))
    }
}
