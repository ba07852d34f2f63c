/* The device check, in the JavaScript of 2011 so that an old browser can still say what is missing. */
(function () {
  'use strict';
  var WORDS = {
    yes: ['✓ 可以', 'Works'],
    no: ['✕ 不行', 'Does not work'],
    less: ['△ 没有', 'Not available'],
    open: ['? 要试', 'To be tried']
  };
  var results = {};
  var rows = document.querySelectorAll('tr[data-code]');
  var byId = function (id) { return document.getElementById(id); };

  function twice(element, zh, en) {
    while (element.firstChild) element.removeChild(element.firstChild);
    element.appendChild(document.createTextNode(zh + ' '));
    var english = document.createElement('span');
    english.lang = 'en';
    english.appendChild(document.createTextNode(en));
    element.appendChild(english);
  }

  // result: true, false, or 'open'; note: more words for the cell.
  function put(code, result, note) {
    var row = byId('row-' + code);
    if (!row) return;
    var must = row.getAttribute('data-must') === 'yes';
    var state = result === 'open' ? 'open' : result ? 'yes' : must ? 'no' : 'less';
    results[code] = state;
    row.className = state;
    twice(row.querySelector('td'), WORDS[state][0] + (note ? '（' + note + '）' : ''), WORDS[state][1]);
    sum();
  }

  function sum() {
    var missing = 0;
    var waiting = 0;
    for (var i = 0; i < rows.length; i += 1) {
      var state = results[rows[i].getAttribute('data-code')];
      if (!state) waiting += 1;
      if (state === 'no') missing += 1;
    }
    if (missing) twice(byId('answer'), '这部手机还缺 ' + missing + ' 项，先不能当门岗手机', 'This phone lacks ' + missing + ' and cannot work at a gate yet');
    else if (!waiting) twice(byId('answer'), '这部手机可以当门岗手机', 'This phone can work at a gate');
    if (!waiting) twice(byId('sub'), '标着“不行”的必须解决，标着“没有”的可以不管。', 'Rows that do not work must be settled; the others are welcome but not needed.');
  }

  function modern() {
    try {
      // Signs of Chrome 97 / Safari 16.4; older ones lack modules, or what the modules use.
      return 'noModule' in document.createElement('script') && !!Array.prototype.findLast;
    } catch (error) {
      return false;
    }
  }

  function tryStore() {
    var database = window.indexedDB;
    if (!database) return put('store', false);
    var request;
    try {
      request = database.open('linli-check', 1);
    } catch (error) {
      return put('store', false);
    }
    request.onupgradeneeded = function () { request.result.createObjectStore('try'); };
    request.onerror = function () { put('store', false); };
    request.onsuccess = function () {
      var db = request.result;
      try {
        var writing = db.transaction('try', 'readwrite');
        writing.objectStore('try').put(new Date().getTime(), 'now');
        writing.oncomplete = function () {
          db.close();
          database.deleteDatabase('linli-check');
          put('store', true);
        };
        writing.onabort = function () { put('store', false); };
      } catch (error) {
        put('store', false);
      }
    };
    return undefined;
  }

  function tryClock() {
    var sent = new Date().getTime();
    var asked = new XMLHttpRequest();
    var compare = function (server) {
      var seconds = Math.round((new Date().getTime() - server) / 1000);
      var off = Math.abs(seconds) > 60;
      put('clock', !off, off ? (seconds > 0 ? '快 ' : '慢 ') + Math.abs(seconds) + ' 秒' : '');
    };
    asked.open('HEAD', '/device-check?' + sent, true);
    asked.onload = function () {
      var date = Date.parse(asked.getResponseHeader('Date') || '');
      compare(isNaN(date) ? Number(document.body.getAttribute('data-now')) : date);
    };
    asked.onerror = function () { compare(Number(document.body.getAttribute('data-now'))); };
    asked.send();
  }

  function tryPersist() {
    if (!navigator.storage || !navigator.storage.persisted) return put('persist', false);
    navigator.storage.persisted().then(function (kept) {
      if (kept || !navigator.storage.persist) return put('persist', kept);
      return navigator.storage.persist().then(function (now) { put('persist', now); });
    }, function () { put('persist', false); });
    return undefined;
  }

  function tryCamera() {
    navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' } }).then(function (stream) {
      var track = stream.getVideoTracks()[0];
      put('camera', true);
      // The light is known only a moment after the camera opens.
      setTimeout(function () {
        var can = track.getCapabilities ? track.getCapabilities() : {};
        put('torch', Boolean(can.torch));
        track.stop();
      }, 500);
    }, function (error) {
      put('camera', false, error.name);
      put('torch', false);
    });
  }

  var inApp = /MicroMessenger|DingTalk|AlipayClient|Lark|Feishu|\bQQ\/|Weibo|FBAN|FBAV/i.test(navigator.userAgent);
  var secure = window.isSecureContext === true;
  put('browser', !inApp && modern());
  put('secure', secure);
  put('crypto', secure && Boolean(window.crypto && window.crypto.subtle));
  put('worker', secure && 'serviceWorker' in navigator);
  put('reader', typeof WebAssembly === 'object');
  put('wake', 'wakeLock' in navigator);
  put('vibrate', 'vibrate' in navigator);
  tryStore();
  tryClock();
  tryPersist();
  if (secure && navigator.mediaDevices && navigator.mediaDevices.getUserMedia) {
    put('camera', 'open');
    put('torch', 'open');
    byId('try-camera').hidden = false;
    byId('try-camera').onclick = tryCamera;
  } else {
    put('camera', false);
    put('torch', false);
  }
  byId('print').hidden = false;
  byId('print').onclick = function () { window.print(); };
  byId('agent').appendChild(document.createTextNode(navigator.userAgent));
}());
