@echo off
rem Opens the emergency envelope with the program and the vault file that lie beside this script.
pushd "%~dp0"
set program=windows-x86_64\coffer.exe
if /i "%PROCESSOR_ARCHITECTURE%"=="ARM64" if exist windows-aarch64\coffer.exe set program=windows-aarch64\coffer.exe
if not exist %program% goto missing
%program% --vault coffer.vault envelope open %*
set status=%errorlevel%
pause
exit /b %status%
:missing
echo There is no program for this computer here: it would be %program%.
echo Try another computer: README.txt says on which this stick starts.
pause
exit /b 1
