// Looks every few seconds how far an act is, without loading the page; when the act has ended, the page is loaded.
"use strict";
(function () {
  var part = document.getElementById("progress");
  if (!part || !window.fetch || !window.DOMParser) return;
  function look() {
    fetch(location.href, { credentials: "same-origin" })
      .then(function (answer) { return answer.text(); })
      .then(function (text) {
        var fresh = new DOMParser().parseFromString(text, "text/html").getElementById("progress");
        if (!fresh) { location.reload(); return; }
        if (fresh.innerHTML !== part.innerHTML) part.innerHTML = fresh.innerHTML;
        setTimeout(look, 3000);
      })
      .catch(function () { setTimeout(look, 10000); });
  }
  setTimeout(look, 3000);
})();
