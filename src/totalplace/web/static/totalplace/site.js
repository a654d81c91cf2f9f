// GOV.UK's own enhancements; every page works without them.
import { initAll } from "../vendor/govuk-frontend.min.js";
document.body.className += " js-enabled" + ("noModule" in HTMLScriptElement.prototype ? " govuk-frontend-supported" : "");
initAll();
