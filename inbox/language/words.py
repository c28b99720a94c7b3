"""Everyday words per language: they tell short texts apart, and languages that no engine here has a profile for.

A small list of our own: the words that any sentence holds, greetings, thanks and the words of a school day.
`xx-Latn` is a language of another script typed in Latin letters, as many families do.
"""

from __future__ import annotations

from inbox.language.clean import bare

_LISTS = {
    "en": """the a an and or but is are was were be been am i you he she it we they me my your his her our their this
        that these those of to in on at for from with by about as not no yes do does did don't can can't could will
        would should have has had what when where who why how which if there here please thanks thank hello hi just so
        very all any some school kids kid son daughter teacher homework lunch bus need want know get going go time
        today tomorrow next week i'm it's we're they're isn't won't didn't it'll bring open still love great happy
        sorry good morning mom dad ride food free because out up now like more only than then them him into over after
        before back one two day night make see""",
    "es": """el la los las un una unos unas y o pero es son está están era fue ser estar yo tú él ella nosotros ellos
        me mi mis tu su sus nos este esta esto ese esa eso de del al a en por para con sin sobre como no sí si qué que
        cuándo cuando dónde donde quién quien cómo cuál hay muy más también ya porque gracias muchas hola favor buenos
        buenas días tardes noches mañana hoy escuela niños niño niña hijo hija hijos maestra maestro tarea puedo puede
        quiero necesito tengo tiene tienen voy va vamos ir hacer lo le les se bien todo todos hora autobús junta
        reunión señora hasta desde entonces ahora nada algo siempre nunca aquí mucho mucha cada otro otra quiere hace
        hacen carro comida trabajo casa gente""",
    "pt": """o a os as um uma uns umas e ou mas é são está estão era foi ser estar eu você vocês ele ela nós eles me
        meu minha meus minhas seu sua nos este esta isto esse essa isso de do da dos das no na nas em por para com sem
        sobre como não sim que quando onde quem qual há muito mais também já porque obrigado obrigada olá oi bom boa
        dia tarde noite amanhã hoje escola crianças criança filho filha professora professor lição posso pode quero
        preciso tenho tem têm vou vai vamos fazer ao à às pelo pela lhe se bem tudo todos hora ônibus reunião gente
        pra tá
        até desde então agora nada algo sempre nunca aqui muita cada outro outra quer faz fazem carro comida trabalho casa""",
    "fr": """le la les un une des et ou mais est sont était être je tu il elle nous vous ils elles me mon ma mes ton
        ta votre vos notre nos leur ce cette ces cet de du au aux à en par pour avec sans sur dans comme ne pas non
        oui que qui quand où comment pourquoi quel quelle y très plus aussi déjà parce merci bonjour bonsoir salut
        s'il plaît demain aujourd'hui école enfants enfant fils fille maîtresse devoirs peux peut voudrais besoin ai a
        avons avez ont va c'est j'ai qu'il n'est d'un d'une l'école bien tout tous heure car réunion beaucoup est-ce""",
    "de": """der die das den dem des ein eine einen einem einer und oder aber ist sind war waren sein bin ich du er
        sie es wir ihr mich mir dich dir uns euch mein meine meinen dein unser unsere dieser diese dieses von zu zum
        zur in im an am auf für mit bei aus nach über um wie nicht kein keine nein ja doch was wann wo wer warum
        welche wenn dass weil auch sehr noch schon nur danke vielen bitte hallo guten morgen tag abend heute schule
        kinder kind sohn tochter lehrerin hausaufgaben kann können muss will haben habe hat hatte wird werden gibt
        immer alle alles uhr kommen""",
    "pl": """i a ale lub jest są był była było być jestem nie tak to ten ta te tego tej co kto gdzie kiedy jak
        dlaczego czy że żeby bo się na w we z ze do od dla po przez przy o u za pod nad ja ty on ona my wy oni mnie mi
        mój moja moje twój nasz nasze ich jego jej dziękuję dziękujemy proszę dzień dobry cześć dziś dzisiaj jutro
        szkoła szkole dzieci dziecko syn córka pani pan nauczycielka mogę może mam ma mamy chcę bardzo tylko też już
        jeszcze gdy który która""",
    "tr": """ve bir bu şu o da de mi mı mu mü ne ki ile için ama veya çok daha gibi kadar değil var yok evet hayır ben
        sen biz siz onlar benim senin bizim sizin bana sana onun neden nasıl nerede zaman kim hangi teşekkürler
        teşekkür ederim ederiz merhaba selam günaydın lütfen iyi bugün yarın okul okulda çocuk çocuklar oğlum kızım
        öğretmen ödev olarak olan oldu olur her şey hiç sonra önce şimdi saat en ya diye olduğunu istiyorum""",
    "vi": """và là của có không được cho với các những một này đó trong ngoài trên dưới từ đến ở đi về khi nào đâu ai
        gì sao thế như cũng đã đang sẽ rất nhiều ít hơn nhưng hay hoặc vì nên nếu thì mà tôi em anh chị con cháu ông
        bà mình bạn chúng ta cô thầy trường học bài tập cảm ơn xin chào vâng dạ ạ hôm nay mai ngày giờ người phải muốn
        cần biết làm ơi nhé lại ra vào rồi bao nhiêu mấy""",
    "tl": """ang ng mga sa na at ay ko mo ka siya kami kayo sila tayo natin namin ninyo nila niya akin iyo kanya ito
        iyan iyon dito doon hindi oo wala may mayroon meron po ho ba lang naman din rin pa kung kapag dahil para kasi
        pero o ni si nang kay sino ano saan kailan bakit paano magkano salamat maraming kumusta magandang umaga hapon
        gabi opo bukas ngayon paaralan eskwela anak bata guro takdang pwede puwede gusto kailangan lahat yung yan ako
        ikaw mas isang""",
    "ht": """mwen ou li nou yo m w n l ap te pral pa ki nan ak avèk sou pou sa se gen tout anpil konsa kijan kouman
        poukisa kote kilè kisa kiyès èske mèsi bonjou bonswa tanpri wi non men oswa epi paske si lè lekòl timoun pitit
        ti fi gason pwofesè devwa jodi jodia demen yon youn chak kapab ka vle bezwen fè ale vini konnen di genyen gras
        kounye a toujou ankò byen bon moun lòt menm tou jan depi konn bay pran fanmi""",
    "so": """waa waxaa waxa wuxuu waxay waxaan ma oo iyo ka ku u la in uu ay aan aad aanu isaga iyada annaga idinka
        ayaa baa ayay ayuu ee leh lahaa yahay tahay yihiin ahay jira jirta mid kale kasta badan yar weyn haa maya
        fadlan mahadsanid mahadsan tihiin salaan subax wanaagsan galab maanta berri shalay iskuulka dugsiga carruurta
        ilmaha wiilkayga gabadhayda macallinka shaqada guriga goorma xaggee sidee maxaa maxay yaa sababta laakiin ama
        haddii markii si soo ugu kuwa kaas tan kan qof dad wax uma ahaa doonaa karaa ayey""",
    "sw": """na ya wa za la cha vya kwa ni si katika kwenye hii hiyo huyu hao hawa hili hizi ile yule wale ambao
        ambaye ambayo mimi wewe yeye sisi ninyi wao yangu yako yake yetu yenu wangu wako wake wetu lakini au kama
        kwamba ili pia sana tu bado tena baada kabla ndiyo hapana asante habari jambo karibu tafadhali leo kesho jana
        shule watoto mtoto mwalimu kazi nyumbani wapi lini nini nani vipi gani ngapi kuna hakuna alikuwa ilikuwa watu
        mtu kila moja zaidi naomba nataka unaweza tunaweza kuwa kwani wote yote""",
    "om": """fi kan akka hin keessa keessatti irraa irratti irra waan dha ta'e ta'uu ni isaa ishee keenya keessan
        isaanii ani ati inni isheen nuti isin isaan kana kun sun sana haa yoo garuu moo maal eessa yoom eenyu maaliif
        akkam akkamitti galatoomi galatoomaa nagaa eeyyee lakki maaloo har'a boru kaleessa mana barumsaa barsiisaa
        ijoollee ijoolleen daa'imman jira jiru jiran ture turan hunda tokko lama baay'ee wajjin waliin booda dura
        yeroo ykn f immoo ammoo kanaaf jedhan jedhe hojii qaba qabu qabna danda'a nama namoota biyya uummata""",
    "hmn": """kuv koj nws peb nej lawv yog tsis muaj thiab los rau ntawm hauv nyob mus tau ua no ntawd cov tus lub
        qhov txog nrog yuav xav kom tias vim li cas dab tsi leej twg thaum uas ib ob tag nrho tsaug zoo thov hnub kis
        tsev kawm ntawv menyuam me nyuam tub ntxhais xib fwb sawv ntxov hmo txhua heev ntau lus hmoob""",
    "ru": """и в во не на я что он она они мы вы ты с со как а то все это так но да нет его её их к ко у за бы по
        только мне меня мой моя наш ваш вам нам было был была быть есть от из о об до для при ли если когда где кто
        почему какой сколько уже ещё очень можно нужно надо спасибо пожалуйста здравствуйте привет добрый день утро
        сегодня завтра школа школе дети ребёнок сын дочь учитель или же чтобы этот эта может будет""",
    "uk": """і й в у не на я що він вона вони ми ви ти з із зі як а то все це так але та ні його її їх до за би по
        тільки мені мене мій моя наш ваш вам нам було був була бути є від про для при чи якщо коли де хто чому який
        скільки вже ще дуже можна треба потрібно дякую дякуємо будь ласка вітаю привіт добрий день ранок сьогодні
        завтра школа школі діти дитина син донька вчитель або же щоб цей ця може буде""",
    "bg": """и в на не се да е са с за от по към това този тази което ще съм си ли но ме ми му ни ви те той тя как
        какво кога къде кой защо благодаря здравейте моля училище децата има няма беше много ако или""",
    "ar": """في من على إلى عن مع هذا هذه ذلك التي الذي و أو لكن لا نعم ما ماذا متى أين كيف لماذا هل كم أنا أنت هو هي
        نحن هم أن إن كان كانت يكون قد لم لن ليس شكرا شكراً جزيلا مرحبا السلام عليكم صباح الخير مساء اليوم غدا المدرسة
        الأطفال ابني ابنتي المعلمة الواجب كل بعد قبل عند بين حتى فقط جدا أيضا يا الله لي لك له لها ولا وما""",
    "fa": """و در به از که این آن را با است هست نیست بود شد شود می من تو او ما شما آنها برای تا یا اما اگر هم نه بله
        چه چی کی کجا چرا چطور چگونه چند خیلی ممنون متشکرم مرسی تشکر سلام صبح بخیر لطفا امروز فردا مدرسه بچه ها بچه‌ها
        پسرم دخترم معلم هر همه یک دو باید خواهد کرد کند کنم دارد دارم دارند ای های بر خود دیگر""",
    "ur": """اور میں ہے ہیں کا کی کے کو سے نے پر یہ وہ اس ان کیا کب کہاں کیوں کیسے کون نہیں ہاں جی تھا تھی تھے ہو ہوں
        گا گی گے ہم آپ تم میرا میری میرے ہمارا شکریہ سلام براہ کرم آج کل اسکول بچے بچہ بیٹا بیٹی استاد بھی تو ہی لیکن
        یا اگر جب تک ایک بہت کر کرنا کرتے کریں رہا رہی رہے گیا گئی ساتھ لیے بعد""",
    "ps": """او په د له چې دا دی ده دي یې نه به هم سره لپاره کې ته زه موږ تاسو هغه هغوی زما ستاسو زموږ څه څوک چیرته
        کله ولې څنګه مننه سلام هو وي شي شو کړي کوي کړ ښه ډېر ډیر نن سبا ښوونځی ښوونځي ماشومان ښوونکی خو یا که تر پر
        پورې باندې یو دوه شوی کول کولو ددې لري""",
    "hi": """है हैं का की के को से में पर और यह वह ये वे क्या कब कहाँ कहां क्यों कैसे कौन नहीं हाँ हां जी था थी थे हो
        हूँ हूं गा गी मैं हम आप तुम मेरा मेरी मेरे हमारे आपका धन्यवाद शुक्रिया नमस्ते कृपया आज कल स्कूल बच्चे बच्चा
        बेटा बेटी भी तो ही लेकिन या अगर जब तक एक बहुत कर करना करते करें रहा रही रहे गया गई साथ लिए बाद ने इस उस कि""",
    "ne": """छ छन् छु हो होइन को का की ले लाई मा बाट र यो त्यो यी ती के कहिले कहाँ किन कसरी कति कुन छैन थियो थिए थिइन्
        म हामी तपाईं तपाईंको तिमी मेरो मेरी हाम्रो उनी उनको धन्यवाद नमस्ते कृपया आज भोलि हिजो विद्यालय स्कूल बच्चा
        छोरा छोरी शिक्षक पनि त नै तर वा यदि जब सम्म एक धेरै गर्न गर्नु गर्छ भयो भएको हुन्छ भने लागि पछि अनि गरेको
        गर्ने हुन""",
    "mr": """आहे आहेत नाही मी तू आम्ही तुम्ही तो ती ते हे हा ही आणि पण किंवा काय कधी कुठे का कसे माझा माझी आपण धन्यवाद
        नमस्कार आज उद्या शाळा मुले झाला झाली होता होती करा साठी""",
    "am": """ነው ናቸው ነበር ነበረ አለ አይደለም እና ወይም ግን ላይ ውስጥ ስለ ከ ወደ እንደ እኔ አንተ አንቺ እሱ እሷ እኛ እናንተ እነሱ የእኔ ይህ ያ ይሄ ምን መቼ የት
        ለምን እንዴት ማን ስንት አዎ አይ አመሰግናለሁ እናመሰግናለን ሰላም እባክዎ እባክህ ዛሬ ነገ ትናንት ትምህርት ቤት ልጆች ልጄ አስተማሪ መምህር በጣም ሁሉ ሁሉም ብቻ አንድ
        ሰው ጊዜ ነገር ደግሞ ነዉ ጋር በኋላ እንኳን ሆነ""",
    "ti": """እዩ እያ እዮም እየ ነይሩ ኣሎ ኣላ ኣለዉ የለን ኣይኮነን ን እን ከምኡ'ውን ወይ ግን ኣብ ካብ ናብ ምስ ብዛዕባ ኣነ ንስኻ ንስኺ ንሱ ንሳ ንሕና ንሳቶም ናተይ እዚ
        እዚኣ እቲ እታ እንታይ መዓስ ኣበይ ስለምንታይ ከመይ መን ክንደይ እወ ኣይፋል የቐንየለይ ነመስግን ሰላም በጃኻ ሎሚ ጽባሕ ትማሊ ትምህርቲ ቤት ቆልዑ ወደይ ጓለይ መምህር
        ብጣዕሚ ኩሉ ኩሎም ጥራይ ሓደ ሰብ ግዜ ከም ድማ ዝኾነ ክኸውን ዘለዎ""",
    "ur-Latn": """hai hain nahi nahin kya kyun kyon aur ke ki ka ko mein main mai hum tum aap mera meri mere apna apne
        apni hamara tha thi thay bhi toh ye yeh woh wo kab kahan kaise kaisay kaun koi kuch sab bohat bahut bhut
        shukriya salam salaam assalam alaikum ji haan han acha achha theek thik kar karo karna karta raha rahi rahe
        gaya gayi se par pe liye liay wala wale wali baat log bhai yaar jab tak agar lekin magar bachay bachon bacha
        beta beti aaj kal iss uss jo hota hote hoti hua hui hue ho hu hoon hun mujhe mujhay phir fir kyu kyunki kyuki
        kis jis usko isko unke unki uske uski iske sath saath bare liya diya gya gyi kr rha rhe rhi kro krna hy hn nhi
        nai sakta sakte sakti chahiye dekho pehle itna kitna jaise sirf logo logon zindagi dil tera teri tumhe dono ab
        ek aik bilkul matlab naam apko""",
    "ar-Latn": """wallah walla inshallah inshalla mashallah allah yalla habibi habibti shukran shokran ana enta enti
        ente howa heya ehna mesh mish msh mosh kan kol kul ya rab rabi rabbi rabena bel fil ala 3ala 3la fi wel mn men
        elli illi w mta3 bech bch barcha chnowa kifech wach ch7al mazal kayn walid bnt sbah lkhir salam alikom marhaba
        bas bs law lw da di dah keda kda hya ya3ni ma3a 3and 3andi 3andna 3alik 3likom el houma hada hadi hedha hedhi
        hedi kif kima chkoun chnou walou bzaf bezaf bezzaf khoya khouya rahou rahi lazem tawa mouch mech lel fel
        dyal dial nta nti hna hnaya wesh chouf""",
}
_ALONE = """gracias hola buenos buenas tengo cuándo mañana niños thanks thank hello please where what when obrigado obrigada olá
    você merci bonjour beaucoup danke bitte dziękuję cześć teşekkürler merhaba mèsi bonjou kijan mwen salamat magandang
    mahadsanid mahadsan iskuulka asante kuv koj tsis muaj menyuam galatoomi galatoomaa"""
UNMISTAKABLE = frozenset(_ALONE.split())
"""Words that stand alone in a comment and still say which language it is."""

TYPED_IN_LATIN = {"ur-Latn": ("ur", "hi"), "ar-Latn": ("ar",)}
"""Whose language that may be. Urdu and Hindi look the same in Latin letters."""


def _known() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for language, listed in _LISTS.items():
        for word in listed.split():
            found.setdefault(word, set()).add(language)
    for language in ("es", "pt", "fr", "de", "pl", "tr", "vi", "ht"):
        for word in _LISTS[language].split():
            found.setdefault(bare(word), set()).add(language)
    return {word: frozenset(languages) for word, languages in found.items()}


KNOWN: dict[str, frozenset[str]] = _known()
LISTED: frozenset[str] = frozenset(_LISTS)
