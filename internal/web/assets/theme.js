(()=>{var a=document.documentElement;if(!a.dataset.theme){let e=matchMedia("(prefers-color-scheme: dark)"),t=()=>{a.dataset.bsTheme=e.matches?"dark":"light"};t(),e.addEventListener("change",t)}})();
